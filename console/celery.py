"""The Celery application: JSON messages that carry ids, and one beat entry, the tick."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

app = Celery("rollcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["provisioning"])
app.conf.beat_schedule = {
    "tick": {
        "task": "provisioning.tasks.tick",
        "schedule": 30.0,
        # A tick that waited longer than its successor says nothing new.
        "options": {"expires": 25},
    }
}
