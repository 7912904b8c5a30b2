"""One writer per object: who may have lost the lease sends and records nothing more (I05, F06)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import F

from provisioning.engine import runner
from provisioning.engine import work as work_module
from provisioning.engine.clock import database_now, running_clock
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Job, PlanRow, WorkUnit
from provisioning.scim.session import Door
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes

PEOPLE = ("ana", "ben", "cleo")


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in PEOPLE:
        directory.person(name)
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        limits={"requests_per_minute": None, "connections": 1},
    )


def behind_the_first_post(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Something happens in the instant in which the first create has been answered."""
    send, owed = Door.send, [happens]

    def sending(door: Door, call: Any) -> Any:
        reply = send(door, call)
        if call.method == "POST" and owed:
            owed.pop()()
        return reply

    monkeypatch.setattr(Door, "send", sending)


def leases_run_out() -> None:
    past = database_now() - timedelta(seconds=1)
    WorkUnit.objects.filter(state="claimed").update(lease_until=past)


def begin(job: Job) -> None:
    """Turn an approved first cycle once, as one worker does."""
    cycle = open_cycle(job, Request(approve=True))
    assert cycle is not None
    runner.turn(cycle.pk, sleep=FakeTime().sleep)


def assert_the_next_ends_it_well(job: Job, genesys: Running) -> None:
    leases_run_out()
    assert run(job, FakeTime()).state == "succeeded"
    assert user_names(genesys) == [f"{name}@contoso.example" for name in PEOPLE]
    assert applied(genesys) == logged(job)
    assert run(job, FakeTime()).requests == {}


def test_F06_a_worker_that_stood_still_for_too_long_sends_nothing_more(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    stood_still = [0.0]
    monkeypatch.setattr(work_module, "running_clock", lambda: running_clock() + stood_still[0])
    behind_the_first_post(monkeypatch, lambda: stood_still.append(stood_still.pop() + 31.0))

    begin(job)

    assert writes(genesys) == ["POST"]
    job.refresh_from_db()
    assert job.open_cycle is not None
    assert PlanRow.objects.filter(state="intent").count() == len(PEOPLE)
    stood_still[0] = 0.0
    assert_the_next_ends_it_well(job, genesys)


def test_I05_who_was_taken_over_records_nothing_and_gives_nothing_back(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    locked = WorkUnit.still_mine_locked

    def taken_over(unit: WorkUnit) -> bool:
        if writes(genesys):
            WorkUnit.objects.filter(pk=unit.pk, generation=unit.generation).update(
                generation=F("generation") + 1, owner="another"
            )
        return locked(unit)

    with monkeypatch.context() as patched:
        patched.setattr(WorkUnit, "still_mine_locked", taken_over)
        begin(job)

    assert not logged(job)
    assert PlanRow.objects.filter(state="intent").count() == len(PEOPLE)
    assert_the_next_ends_it_well(job, genesys)


def test_F05_of_two_who_claim_one_unit_one_wins(job: Job):
    cycle = open_cycle(job, Request(approve=True))
    assert cycle is not None
    first, second = (WorkUnit.objects.get(cycle=cycle) for _ in range(2))

    won = [unit.claim("me", database_now(), runner.LEASE) for unit in (first, second)]

    assert won == [True, False]
    assert (first.finish(), second.finish()) == (True, False)


def test_a_job_has_one_cycle_at_a_time(job: Job):
    assert open_cycle(job, Request()) is not None
    assert open_cycle(job, Request()) is None


def test_F30_a_deaf_database_does_not_end_the_renewing_of_a_lease(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    asked = []

    def renew(unit: WorkUnit, now: object, lease: object) -> bool:
        asked.append(unit)
        if len(asked) == 1:
            raise DatabaseError("database is locked")
        return True

    monkeypatch.setattr(WorkUnit, "renew", renew)
    monkeypatch.setattr(runner, "database_now", lambda: None)
    monkeypatch.setattr(runner, "database", Unused())
    work = work_module.Work(None, WorkUnit(), None, None, held_until=1.0)  # type: ignore[arg-type]  # only the lease counts

    assert runner._renew(work)
    assert work.held_until == 1.0
    assert runner._renew(work)
    assert work.held_until > running_clock()


class Unused:
    """A connection of which only the end matters."""

    def close(self) -> None:
        return None
