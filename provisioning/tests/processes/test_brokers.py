"""The broker forgets everything, or is not there: timing changes, results do not (F28)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning.models import Cycle, Job, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory
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
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own_valkey() -> Iterator[PrivateValkey]:
    """One that a test may kill."""
    with PrivateValkey.start() as server:
        yield server


def test_F28_a_broker_that_forgets_its_messages_loses_no_cycle(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    with valkey_server.client() as client:
        client.flushall()
    celery_worker()
    assert not is_over(job, 2)

    tick(valkey_server)
    await_that(lambda: is_over(job, 2), 90, "the cycle")

    assert_all_is_well(job, slow_target, PEOPLE)


def test_F28_without_a_broker_a_start_is_kept_and_a_command_does_the_cycle(
    directory: Directory, slow_target: Running, own_valkey: PrivateValkey
):
    job = company(directory, 5, approved_by=slow_target)
    own_valkey.crash()

    assert finish(begin(own_valkey, "start", "genesys-eu", "--json")) == {"status": "on"}
    assert finish(begin(own_valkey, "cycle", "genesys-eu", "--json"))["state"] == "succeeded"

    assert is_over(job, 2)
    assert_all_is_well(job, slow_target, 5)


def test_F28_a_broker_killed_in_mid_cycle_interrupts_nothing_and_is_used_again_when_it_is_back(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    own_valkey: PrivateValkey,
):
    """What gives the right to write is the lease in the database, not a message."""
    job = company(directory, PEOPLE, approved_by=slow_target)
    worker = celery_worker(REDIS_URL=own_valkey.url)
    finish(begin(own_valkey, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target, 5)

    own_valkey.crash()
    await_that(lambda: is_over(job, 2), 30, "the end of the cycle")
    own_valkey.start_again()
    Job.objects.filter(pk=job.pk).update(next_run=None)
    tick(own_valkey)
    await_that(lambda: is_over(job, 3), 60, "the next cycle")

    assert says(worker, "The broker cannot be reached")
    assert Cycle.objects.get(number=2).state == "succeeded"
    units = WorkUnit.objects.filter(cycle__number=2)
    assert set(units.values_list("generation", flat=True)) == {1}, "each was taken once"
    assert_all_is_well(job, slow_target, PEOPLE)
