"""SIGKILL at many points, of commands and of a worker's child; what is left is finished once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.engine.histories import writes
from provisioning.tests.processes.running import await_that, begin, finish, kill
from provisioning.tests.processes.world import (
    PEOPLE,
    StartWorker,
    assert_all_is_well,
    await_the_middle,
    company,
    is_over,
    let_time_pass,
    tick,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

POINTS = int(os.environ.get("ROLLCALL_CRASH_POINTS", "3"))
"""How many requests a command is killed behind; `make nightly` samples 50."""
LAST = PEOPLE + 3


@pytest.mark.parametrize("behind", [1 + number * LAST // POINTS for number in range(POINTS)])
def test_F01_a_command_killed_behind_any_request_is_taken_up_by_the_next_one(
    directory: Directory, slow_target: Running, valkey_server: PrivateValkey, behind: int
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    since = len(slow_target.requests)
    command = begin(valkey_server, "cycle", "genesys-eu", "--approve", "--json")
    await_that(
        lambda: len(slow_target.requests) >= since + behind or command.poll() is not None,
        90,
        f"request {behind}",
    )

    kill(command)
    let_time_pass()
    document = finish(begin(valkey_server, "cycle", "genesys-eu", "--approve", "--json"), 120)

    assert document["state"] == "succeeded"
    assert_all_is_well(job, slow_target, PEOPLE)


def test_F02_a_pool_child_that_is_killed_is_replaced_and_its_unit_is_finished(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    worker = celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target)

    (child,) = children(worker.process.pid)
    os.kill(child, signal.SIGKILL)
    await_that(lambda: children(worker.process.pid) not in ([], [child]), 30, "another child")
    let_time_pass()
    tick(valkey_server)
    await_that(lambda: is_over(job, 2), 90, "the end of the cycle")

    assert_all_is_well(job, slow_target, PEOPLE)


def children(parent: int) -> list[int]:
    """The processes below this one."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(one) for one in found.split()]


def test_F04_F05_messages_that_come_twice_find_their_work_taken(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, PEOPLE, approved_by=slow_target)
    celery_worker()
    celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_the_middle(slow_target, 5)

    tick(valkey_server, times=20)
    await_that(lambda: is_over(job, 2), 120, "the cycle")

    assert writes(slow_target).count("POST") == PEOPLE + 1
    assert_all_is_well(job, slow_target, PEOPLE)
