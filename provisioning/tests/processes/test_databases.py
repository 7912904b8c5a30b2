"""PostgreSQL crashes, is locked, or has no room in the middle of a cycle (F29, F30, F31)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from provisioning.models import Cycle, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.conftest import current_database_url
from provisioning.tests.engine.histories import writes
from provisioning.tests.processes.own_database import full, moved, small_disk
from provisioning.tests.processes.running import await_that, begin, finish
from provisioning.tests.processes.world import (
    PEOPLE,
    StartWorker,
    assert_all_is_well,
    await_the_middle,
    company,
    is_over,
    says,
    tick,
)
from provisioning.tests.servers import PrivatePostgres, PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

L14 = 30
"""Seconds after a restart in which the work goes on."""


@pytest.fixture
def own_postgres(transactional_db: None) -> Iterator[PrivatePostgres]:
    """The server that this test and its workers use, and that it may kill."""
    with moved() as server:
        yield server


def test_F29_L14_after_a_crash_of_the_database_the_worker_goes_on_by_itself(
    own_postgres: PrivatePostgres,
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    """Without a tick: the worker that lost the database is the one that goes on."""
    job = company(directory, PEOPLE, approved_by=slow_target)
    worker = celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target)

    own_postgres.crash()
    connection.close()
    await_that(lambda: says(worker, "database could not be used"), 30, "the loss")
    asked = len(slow_target.requests)
    own_postgres.start_again()
    took = await_that(lambda: len(writes(slow_target, asked)) > 0, L14, "the next write")
    await_that(lambda: is_over(job, 2), 60, "the end of the cycle")

    assert took < L14, took
    print(f"L14: {took:.1f} s")
    assert_all_is_well(job, slow_target, PEOPLE)


def test_F30_a_locked_table_is_waited_for_so_long_and_then_again(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    """A worker of little patience: one second instead of twenty."""
    job = company(directory, PEOPLE, approved_by=slow_target)
    worker = celery_worker(f"{current_database_url()}&options=-c%20lock_timeout=1s")
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target, 5)

    with transaction.atomic():
        lock_units()
        await_that(lambda: says(worker, "database could not be used"), 30, "the end of patience")
    tick(valkey_server)
    await_that(lambda: is_over(job, 2), 60, "the end of the cycle")

    assert Cycle.objects.latest("number").state == "succeeded"
    assert_all_is_well(job, slow_target, PEOPLE)


def test_F31_a_full_disk_ends_the_requests_and_not_the_cycle(
    own_postgres: PrivatePostgres,
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    """The tables are on a small disk of their own; what was sent is written once there is room."""
    with small_disk(own_postgres.folder / "disk", megabytes=32) as disk:
        connection.close()
        own_postgres.execute(f"create tablespace disk location '{disk}'")
        own_postgres.execute("alter database rollcall set tablespace disk")
        job = company(directory, PEOPLE, approved_by=slow_target)
        worker = celery_worker()
        finish(begin(valkey_server, "start", "genesys-eu", "--json"))
        await_the_middle(slow_target, 5)

        with full(disk):
            await_that(lambda: says(worker, "No space left on device"), 60, "the lack of room")
            asked = len(slow_target.requests)
            assert not is_over(job, 2)
        tick(valkey_server)
        await_that(lambda: is_over(job, 2), 60, "the end of the cycle")

        assert Cycle.objects.latest("number").state == "succeeded"
        assert len(slow_target.requests) > asked
        assert_all_is_well(job, slow_target, PEOPLE)


def lock_units() -> None:
    """Nobody else can claim, renew or finish a unit until the transaction ends."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only: SQLite's patience is no setting of one process")
    with connection.cursor() as cursor:
        cursor.execute(f"lock table {WorkUnit._meta.db_table} in exclusive mode")
