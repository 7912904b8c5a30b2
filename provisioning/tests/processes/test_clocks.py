"""Two workers whose machines do not agree on the time (F32)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioning.engine.clock import database_now
from provisioning.models import Heartbeat, WorkUnit
from provisioning.models.heartbeat import FRESH_FOR
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
    let_time_pass,
    says,
    tick,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

FOLDER = str(Path(__file__).parent / "another_clock")


@pytest.mark.parametrize("hours", [1, -1])
def test_F32_I05_a_worker_whose_clock_is_an_hour_wrong_takes_nothing_and_takes_over_in_time(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
    hours: int,
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    right = celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target, 5)
    path = os.pathsep.join([FOLDER, os.environ.get("PYTHONPATH", "")])
    wrong = celery_worker(PYTHONPATH=path, ANOTHER_CLOCK=str(hours * 3600))
    tick(valkey_server, times=5)
    await_that(lambda: says(wrong, "succeeded in"), 30, "a look by the wrong clock")
    assert not WorkUnit.objects.filter(generation__gt=1).exists()
    assert all(abs(database_now() - one.at) < FRESH_FOR for one in Heartbeat.objects.all())

    right.kill()
    let_time_pass()
    tick(valkey_server)
    await_that(lambda: is_over(job, 2), 60, "the end of the cycle")

    assert_all_is_well(job, slow_target, PEOPLE)
