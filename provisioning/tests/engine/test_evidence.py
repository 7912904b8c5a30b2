"""Why an application is in quarantine: the very requests are kept, without a secret in them."""

from __future__ import annotations

import json

import pytest

from provisioning.models import Cycle, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    directory.person("ana")
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_request_is_kept_as_evidence(genesys: Running, job: Job, method: str):
    genesys.set_faults([f"status:code=401,method={method}"])

    assert cycle(job, approve=True).state == "quarantined"

    job.refresh_from_db()
    last = job.quarantine_evidence["exchanges"][-1]
    assert (last["method"], last["status"]) == (method, 401)
    assert Cycle.objects.get().error["exchanges"][-1] == last
    assert genesys.token not in json.dumps(job.quarantine_evidence)


def test_no_more_than_the_last_requests_are_kept(genesys: Running, job: Job):
    genesys.set_faults(["status:code=503"])

    assert cycle(job, approve=True).state == "quarantined"

    job.refresh_from_db()
    assert [one["status"] for one in job.quarantine_evidence["exchanges"]] == [503] * 5
