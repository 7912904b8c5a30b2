"""Fixtures of the console's tests: static files as a start of Rollcall collects them."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from provisioning.tests.conftest import (
    _no_language_is_left_behind,
    celery_worker,
    postgres_server,
    valkey_server,
)

__all__ = ["_no_language_is_left_behind", "celery_worker", "postgres_server", "valkey_server"]


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_collected():
    call_command("collectstatic", interactive=False, verbosity=0)
