"""Ring 4: a real worker, a real schedule, a real broker, and SIGKILL in the middle of a cycle.

Runs on the database of the test run: SQLite, or PostgreSQL with TEST_DATABASE=postgresql.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from provisioning.models import Cycle, Job, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.campaigns import dying_workers
from provisioning.tests.engine.histories import writes
from provisioning.tests.processes.running import await_that, beating, begin, finish
from provisioning.tests.processes.world import (
    StartWorker,
    assert_all_is_well,
    company,
    is_over,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

INTERVAL = timedelta(minutes=40)
TICK = 30.0


def test_a_worker_runs_a_started_job_at_once_without_any_schedule(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, 3, approved_by=slow_target)
    celery_worker()

    assert finish(begin(valkey_server, "start", "genesys-eu", "--json")) == {"status": "on"}
    await_that(lambda: is_over(job, 2), 30, "the cycle")

    assert_all_is_well(job, slow_target, 3)


def test_worker_and_beat_run_what_is_due_and_again_one_interval_later(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
    tmp_path: Path,
):
    job = company(directory, 3, approved_by=slow_target)
    Job.objects.filter(pk=job.pk).update(status="on", next_run=timezone.now())
    celery_worker()

    with beating(valkey_server, tmp_path):
        await_that(lambda: is_over(job, 2), 2 * TICK, "the due cycle")
        ended = Cycle.objects.latest("number").ended
        assert ended is not None
        assert job.next_run == ended + INTERVAL
        Job.objects.filter(pk=job.pk).update(next_run=timezone.now() - timedelta(seconds=1))
        await_that(lambda: is_over(job, 3), 2 * TICK, "the next cycle")

    assert_all_is_well(job, slow_target, 3)


def test_two_workers_share_a_cycle_and_send_nothing_twice(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, 250, approved_by=slow_target)
    workers = [celery_worker(), celery_worker()]

    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_that(lambda: is_over(job, 2), 90, "the cycle")

    posts = [one["body"]["userName"] for one in slow_target.requests if one["method"] == "POST"]
    assert Counter(posts).most_common(1)[0][1] == 1
    last = Cycle.objects.latest("number")
    owners = WorkUnit.objects.filter(cycle=last).values_list("owner", flat=True).distinct()
    assert owners.count() == len(workers)
    assert_all_is_well(job, slow_target, 250)


def test_F03_a_killed_worker_loses_nothing_and_repeats_nothing(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
    tmp_path: Path,
):
    job = company(directory, 120, approved_by=slow_target)
    first = celery_worker()
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_that(lambda: writes(slow_target).count("POST") > 40, 60, "the middle of the cycle")

    first.kill()
    assert not is_over(job, 2)
    celery_worker()
    with beating(valkey_server, tmp_path):
        took = await_that(lambda: is_over(job, 2), 90 + TICK, "the end of the cycle")

    assert took < 90, took
    print(f"L13: {took:.1f} s")
    assert_all_is_well(job, slow_target, 120)


def test_F01_F10_three_workers_that_die_in_turn_at_a_target_that_fails(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
    tmp_path: Path,
):
    """The campaign of `make nightly` in small; there one of them dies every 20 s.

    Here by the target's count: the cycle makes ninety accounts, so the second death is certain.
    """
    job = dying_workers.company(directory, slow_target, 90)
    terms = dying_workers.Terms(people=90, quota=0, longest=300, behind=30, kills=2)

    with beating(valkey_server, tmp_path):
        verdict = dying_workers.rehearse(job, slow_target, terms, celery_worker)

    assert verdict.wrong == []
    assert verdict.kills == terms.kills
