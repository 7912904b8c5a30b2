"""Those who are asked: a worker to go, a cycle to stop (F33, F40, L15)."""

from __future__ import annotations

import signal
from time import monotonic

import pytest

from provisioning.engine import controls
from provisioning.models import Cycle
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, cycle
from provisioning.tests.processes.running import await_that, begin, finish
from provisioning.tests.processes.world import (
    PEOPLE,
    StartWorker,
    assert_all_is_well,
    await_the_middle,
    company,
    is_over,
    tick,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_F33_a_worker_asked_to_go_ends_within_30_s_and_another_goes_on_without_a_lease_to_wait_for(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    first = celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target)

    asked = monotonic()
    first.process.send_signal(signal.SIGTERM)
    first.process.wait(timeout=30)
    print(f"F33: {monotonic() - asked:.1f} s")
    assert not is_over(job, 2)
    celery_worker()
    tick(valkey_server)
    took = await_that(lambda: is_over(job, 2), 40, "the end of the cycle")

    assert took < 40
    assert_all_is_well(job, slow_target, PEOPLE)


def test_L15_F40_a_stop_is_the_end_of_requests_and_a_start_goes_on(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target)

    controls.stop_job(None, job)
    sent = len(slow_target.requests)
    await_that(lambda: is_over(job, 2), 10, "the end of the cycle")

    stopped = Cycle.objects.latest("number")
    assert stopped.state == "stopped"
    in_one_second = 20
    assert len(slow_target.requests) - sent <= in_one_second
    assert cycle(job).state == "succeeded"
    assert_all_is_well(job, slow_target, PEOPLE)
