"""The entry point of `make run`: what is wrong is told in a line."""

from __future__ import annotations

import os
import signal
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import SystemCheckError
from django.db import DatabaseError

from provisioning.core.errors import ProvisioningError
from provisioning.management.output import exit_code_of, problems_of
from provisioning.management.supervise.programs import end_with_parent


def main() -> int:
    """The exit code, when all has been stopped or nothing could be started."""
    os.umask(0o077)  # what is kept here is for its owner
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    try:
        django.setup()
        from provisioning.management.supervise.launch import launch  # needs the applications

        return launch()
    except ProvisioningError as error:
        for problem in problems_of(error):
            print(problem, file=sys.stderr)
        return exit_code_of(error)
    except (ImproperlyConfigured, SystemCheckError, DatabaseError, OSError) as error:
        print(f"Rollcall cannot start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    if "MAKELEVEL" in os.environ:
        end_with_parent(signal.SIGTERM)  # a make that is killed passes nothing on
    sys.exit(main())
