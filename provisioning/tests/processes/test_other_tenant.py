"""The target loses its accounts while two workers write to it (F42, F16)."""

from __future__ import annotations

import pytest

from provisioning.models import Cycle, Job, Link
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, cycle
from provisioning.tests.engine.histories import writes
from provisioning.tests.processes.running import await_that, begin, finish
from provisioning.tests.processes.world import StartWorker, company, is_over
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PEOPLE = 210


def test_F42_F16_two_workers_of_whom_one_sees_that_the_accounts_are_gone_both_stop(
    directory: Directory,
    genesys: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, PEOPLE, approved_by=genesys, limits={"requests_per_minute": None})
    assert cycle(job).state == "succeeded"
    promote(directory)
    genesys.reset()
    workers = [celery_worker(), celery_worker()]
    since = len(genesys.requests)

    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_that(lambda: is_over(job, 3), 90, "the end of the cycle")

    last = Cycle.objects.latest("number")
    owners = set(last.units.filter(phase="changes").values_list("owner", flat=True)) - {""}
    assert len(owners) == len(workers)
    assert (last.state, last.error["code"]) == ("quarantined", "TargetChanged")
    assert Job.objects.get().quarantined
    assert "POST" not in writes(genesys, since)
    assert Link.objects.filter(kind="user").count() > PEOPLE * 0.95


def promote(directory: Directory) -> None:
    for number in range(PEOPLE):
        directory.person(f"p{number}", jobTitle="Lead")
    directory.sync()
