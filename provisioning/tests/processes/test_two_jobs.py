"""Two applications at once (T36, I14)."""

from __future__ import annotations

import pytest

from provisioning import simulator
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.histories import applied, logged, user_names
from provisioning.tests.processes.running import await_that
from provisioning.tests.processes.world import (
    StartWorker,
    is_over,
    tick,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_T36_two_jobs_on_two_workers_each_reach_their_own_target_with_their_own_token(
    directory: Directory,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    """A token that came to the other target would be refused there, and its cycle would fail."""
    for name in ("ana", "ben", "cleo", "dora"):
        directory.person(name)
    directory.sync()
    with (
        simulator.start(quota=0, latency=50, token="token-of-one-target") as one,
        simulator.start(quota=0, latency=50, token="token-of-the-other") as other,
    ):
        first = starting(one, "one", ["ana", "ben"])
        second = starting(other, "two", ["cleo", "dora"])
        celery_worker()
        celery_worker()
        tick(valkey_server)
        await_that(lambda: is_over(first, 2) and is_over(second, 2), 90, "both cycles")

        assert user_names(one) == ["ana@contoso.example", "ben@contoso.example"]
        assert user_names(other) == ["cleo@contoso.example", "dora@contoso.example"]
        assert (applied(one), applied(other)) == (logged(first), logged(second))


def starting(target: Running, slug: str, people: list[str]) -> Job:
    """Approved while nobody was assigned; now these people are, and it is due."""
    job = application(target.tenant_url, target.token, name=slug, slug=slug)
    cycle(job, approve=True)
    assigned = [{"user": name, "role": "agent"} for name in people]
    application(target.tenant_url, target.token, name=slug, slug=slug, assignments=assigned)
    Job.objects.filter(pk=job.pk).update(status="on", next_run=None)
    return job
