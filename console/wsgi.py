"""The web process: refuses to start on settings that the system checks reject."""

from __future__ import annotations

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
application = get_wsgi_application()
call_command("check")

from console import first_code  # noqa: E402  models are there only now
from provisioning.engine import schema  # noqa: E402

schema.refuse_if_behind()
first_code.announce()
