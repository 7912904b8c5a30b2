"""A worker that stands still for longer than its lease (F06)."""

from __future__ import annotations

import os
import signal

import pytest

from provisioning.engine.clock import database_now
from provisioning.models import WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.engine.histories import writes
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
from provisioning.tests.servers import PrivateValkey, PrivateWorker

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_F06_I05_a_worker_paused_for_longer_than_its_lease_writes_nothing_when_it_goes_on(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    """In real time, because the promise is about clocks: it takes as long as a lease."""
    job = company(directory, PEOPLE, approved_by=slow_target)
    paused = celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target)

    send(paused, signal.SIGSTOP)
    celery_worker()
    await_that(nobody_holds_a_unit, 60, "the end of the lease")
    tick(valkey_server)
    await_that(lambda: is_over(job, 2), 90, "the end of the cycle")
    since = len(slow_target.requests)
    send(paused, signal.SIGCONT)
    await_that(lambda: says(paused, "taken over by another worker"), 30, "the word that it is over")

    assert writes(slow_target, since) == []
    assert_all_is_well(job, slow_target, PEOPLE)


def send(worker: PrivateWorker, sign: signal.Signals) -> None:
    """To the whole worker, its pool included."""
    os.killpg(worker.process.pid, sign)


def nobody_holds_a_unit() -> bool:
    return not WorkUnit.objects.held(database_now()).exists()
