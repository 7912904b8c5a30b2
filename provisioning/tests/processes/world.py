"""What the scenarios have in common: a company, a cycle with a middle, and how it must end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import Celery
from django.db.models import F

from console.celery import app as schedule
from provisioning.engine.clock import database_now
from provisioning.models import Job, PlanRow, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.histories import applied, logged, user_names, writes
from provisioning.tests.processes.running import await_that
from provisioning.tests.servers import PrivateValkey, PrivateWorker

StartWorker = Callable[..., PrivateWorker]
PEOPLE = 60


def company(directory: Directory, people: int, *, approved_by: Running, **document: Any) -> Job:
    """A job whose first plan was approved while nobody was there yet, and then this many came."""
    directory.person("boss")
    directory.group("g", "Contact centre FR", [])
    directory.sync()
    target = approved_by
    one_by_one = {"requests_per_minute": None, "connections": 1}
    job = application(
        target.tenant_url, target.token, scope="all", **{"limits": one_by_one, **document}
    )
    cycle(job, approve=True)
    for number in range(people):
        directory.person(f"p{number}", manager="boss")
    directory.group("g", "Contact centre FR", [f"p{number}" for number in range(people)])
    directory.sync()
    return job


def is_over(job: Job, cycles: int) -> bool:
    """Whether none is open and this many have ended."""
    job.refresh_from_db()
    return job.open_cycle is None and job.cycles.exclude(ended=None).count() == cycles


def await_the_middle(target: Running, creates: int = 20) -> None:
    """Until the cycle has made this many accounts."""
    await_that(lambda: writes(target).count("POST") > creates, 90, "the middle of the cycle")


def assert_all_is_well(job: Job, target: Running, people: int) -> None:
    """Everybody once, in the group once, one entry per change, and nothing left to do."""
    names = ["boss@contoso.example", *(f"p{number}@contoso.example" for number in range(people))]
    assert user_names(target) == sorted(names)
    assert len(target.state()["groups"][0]["members"]) == people
    assert applied(target) == logged(job)
    since = len(target.requests)
    idle = cycle(job)
    assert (idle.state, writes(target, since)) == ("succeeded", [])


def let_time_pass() -> None:
    """Two minutes for leases and intents of the dead; nobody may hold a unit who lives."""
    two_minutes = timedelta(minutes=2)
    past = database_now() - timedelta(seconds=1)
    WorkUnit.objects.filter(state="claimed").update(lease_until=past)
    PlanRow.objects.exclude(intent_at=None).update(intent_at=F("intent_at") - two_minutes)


def tick(broker: PrivateValkey, times: int = 1) -> None:
    """What beat sends every 30 seconds, as it sends it."""
    entry = schedule.conf.beat_schedule["tick"]
    with Celery(broker=broker.url.replace("unix://", "redis+socket://")) as app:
        for _ in range(times):
            app.send_task(entry["task"], ignore_result=True, **entry["options"])


def says(worker: PrivateWorker, words: str) -> bool:
    """Whether the worker has said so by now."""
    return any(words in line for line in worker.lines)
