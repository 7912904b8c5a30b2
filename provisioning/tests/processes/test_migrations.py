"""`migrate` is killed half-way (F34)."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import LiteralString

import psycopg
import pytest

from provisioning.tests.processes.running import await_that, environment, kill
from provisioning.tests.servers import ROOT, PrivatePostgres, PrivateValkey, PrivateWorker

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


APPLIED = "select count(*) from django_migrations"
WAITING = "select count(*) from pg_locks where not granted"


def test_F34_a_migration_killed_half_way_is_run_again_and_nothing_starts_in_between(
    postgres_server: PrivatePostgres, valkey_server: PrivateValkey
):
    settings = environment(valkey_server) | {"DATABASE_URL": postgres_server.url("half")}
    migrating = manage("migrate", settings)
    await_that(lambda: asked(settings, APPLIED) > 0, 60, "the first of them")
    with psycopg.connect(settings["DATABASE_URL"]) as holding:
        holding.execute("lock table django_migrations in exclusive mode")
        await_that(lambda: asked(settings, WAITING) > 0, 60, "the middle of another")
        kill(migrating)
    some = asked(settings, APPLIED)

    with pytest.raises(RuntimeError, match=r"not up to date: .* is still to be applied"):
        PrivateWorker(settings)
    again = manage("migrate", settings)
    again.communicate(timeout=120)

    assert again.returncode == 0
    assert asked(settings, APPLIED) > some
    with PrivateWorker(settings):
        pass


def manage(command: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", command, "--verbosity", "0"],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def asked(settings: dict[str, str], question: LiteralString) -> int:
    """The number that the database answers; 0 while it cannot."""
    with suppress(psycopg.Error), psycopg.connect(settings["DATABASE_URL"]) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else 0
    return 0
