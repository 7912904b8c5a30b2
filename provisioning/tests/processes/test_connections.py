"""What lies between engine and target loses, resets, cuts and delays, under two workers."""

from __future__ import annotations

import pytest

from provisioning.models import Cycle
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application
from provisioning.tests.processes.proxy import between
from provisioning.tests.processes.running import await_that, begin, finish
from provisioning.tests.processes.world import (
    StartWorker,
    assert_all_is_well,
    company,
    is_over,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PEOPLE = 210
"""Enough for three batches, so that both workers write."""


@pytest.mark.parametrize("fault", ["lost_reply", "reset_before", "truncated", "applied_late"])
def test_F10_F11_F13_a_connection_that_fails_under_two_workers_makes_nobody_twice(
    directory: Directory,
    genesys: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
    fault: str,
):
    job = company(directory, PEOPLE, approved_by=genesys, limits={"requests_per_minute": None})
    with between(genesys.tenant_url, fault, every=10) as proxy:
        application(proxy.url, genesys.token)
        workers = [celery_worker(), celery_worker()]
        finish(begin(valkey_server, "start", "genesys-eu", "--json"))
        await_that(lambda: is_over(job, 2), 90, "the cycle")

    assert proxy.met >= PEOPLE // 10
    last = Cycle.objects.latest("number")
    assert last.state == "succeeded"
    owners = set(last.units.filter(phase="changes").values_list("owner", flat=True))
    assert len(owners) == len(workers)
    application(genesys.tenant_url, genesys.token)
    assert_all_is_well(job, genesys, PEOPLE)
