"""The broker forgets everything, or is not there: timing changes, results do not (F28)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.processes.running import await_that, begin, finish
from provisioning.tests.processes.world import (
    PEOPLE,
    StartWorker,
    assert_all_is_well,
    company,
    is_over,
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
    own_valkey.process.kill()
    own_valkey.process.wait()

    assert finish(begin(own_valkey, "start", "genesys-eu", "--json")) == {"status": "on"}
    assert finish(begin(own_valkey, "cycle", "genesys-eu", "--json"))["state"] == "succeeded"

    assert is_over(job, 2)
    assert_all_is_well(job, slow_target, 5)
