#!/usr/bin/env python
"""Rollcall's commands; docs/reference/commands.md describes them."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a command; what is wrong with the settings is one line, never a traceback."""
    os.umask(0o077)  # what is written here holds people's data: it is for its owner
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import ManagementUtility
        from django.db import DatabaseError
    except ImportError:
        sys.exit("Django is not installed here. Run `make setup`, then use .venv/bin/python.")
    from provisioning.management.output import complain

    try:
        ManagementUtility(sys.argv).execute()
    except ImproperlyConfigured as error:
        complain(f"The settings cannot be read: {error}", as_json="--json" in sys.argv)
        sys.exit(2)
    except DatabaseError as error:
        complain(f"The database did not answer as it should: {error}", as_json="--json" in sys.argv)
        sys.exit(1)


if __name__ == "__main__":
    main()
