"""One writer per object: who may have lost the lease sends and records nothing more (I05, F06)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import F

from provisioning.engine import clock, dispatch, lease_keeping, runner
from provisioning.engine.clock import database_now
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.lease_keeping import Keeping, renew_now
from provisioning.engine.leases import LEASE, LEAST, Instant, Lease, LeaseLost
from provisioning.models import Cycle, Job, PlanRow, WorkUnit
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


@pytest.mark.parametrize("hand", ["running_clock", "wall_clock"])
def test_F06_F32_a_worker_that_stood_still_or_whose_clock_leapt_sends_nothing_more(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch, hand: str
):
    real, passed = getattr(clock, hand), [0.0]
    monkeypatch.setattr(clock, hand, lambda: real() + passed[0])
    behind_the_first_post(monkeypatch, lambda: passed.append(passed.pop() + 51.0))

    begin(job)

    assert writes(genesys) == ["POST"]
    job.refresh_from_db()
    assert job.open_cycle is not None
    assert PlanRow.objects.filter(state="intent").count() == len(PEOPLE)
    passed[0] = 0.0
    assert_the_next_ends_it_well(job, genesys)


def test_F06_no_request_may_outlast_the_lease_under_which_it_is_sent(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    send, given = Door.send, []

    def sending(door: Door, call: Any) -> Any:
        given.append(call.seconds)
        return send(door, call)

    monkeypatch.setattr(Door, "send", sending)

    begin(job)

    assert len(given) > len(PEOPLE)
    assert all(LEAST <= seconds <= LEASE.total_seconds() for seconds in given)


def test_F06_a_request_that_comes_while_a_renewal_is_late_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
):
    lease = Lease(Instant.now())
    real = clock.running_clock
    monkeypatch.setattr(clock, "running_clock", lambda: real() + 21.0)
    waiting = ThreadPoolExecutor(1).submit(lease.time_for_a_request, Event())
    assert lease.left() < LEAST

    lease.renew(Instant.now())

    assert waiting.result(timeout=10) > LEAST


def test_F06_who_gave_up_meanwhile_sends_nothing_when_a_renewal_is_late(
    monkeypatch: pytest.MonkeyPatch,
):
    lease, given_up = Lease(Instant.now()), Event()
    real = clock.running_clock
    monkeypatch.setattr(clock, "running_clock", lambda: real() + 21.0)
    given_up.set()

    with pytest.raises(LeaseLost):
        lease.time_for_a_request(given_up)


def test_F32_a_clock_that_is_set_back_keeps_a_dead_workers_unit_for_one_lease_at_most(job: Job):
    cycle = open_cycle(job, Request(approve=True))
    assert cycle is not None
    assert runner.claim(cycle.pk, "the dead") is not None
    WorkUnit.objects.update(lease_until=database_now() + timedelta(hours=1))

    dispatch.sweep()

    until = WorkUnit.objects.get(cycle=cycle).lease_until
    assert until is not None
    assert until <= database_now() + LEASE


def test_F06_an_ended_cycles_requests_are_over_before_the_next_cycle_reads_them_back(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    """Its sender may still live: another worker ended the cycle for reasons of its own."""
    begun = open_cycle(job, Request(approve=True))
    assert begun is not None
    locked = WorkUnit.still_mine_locked
    with monkeypatch.context() as patched:
        patched.setattr(
            WorkUnit, "still_mine_locked", lambda unit: not writes(genesys) and locked(unit)
        )
        runner.turn(begun.pk, sleep=FakeTime().sleep)
    WorkUnit.objects.filter(cycle=begun).exclude(state="done").update(state="done")
    Cycle.objects.filter(pk=begun.pk).update(ended=database_now(), state="failed")
    Job.objects.filter(pk=job.pk).update(open_cycle=None)
    assert PlanRow.objects.filter(state="intent").count() == len(PEOPLE)
    time = FakeTime()

    assert run(job, time, approve=True).state == "succeeded"

    assert LEAST < time.now <= LEASE.total_seconds()
    assert user_names(genesys) == [f"{name}@contoso.example" for name in PEOPLE]


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

    won = [unit.claim("me", database_now(), LEASE) for unit in (first, second)]

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
    monkeypatch.setattr(lease_keeping, "database_now", lambda: None)
    monkeypatch.setattr(lease_keeping, "database", Unused())
    lease = Lease(Instant(running=clock.running_clock() - 40.0, wall=clock.wall_clock()))
    keeping = Keeping(WorkUnit(), lease, Event())

    assert renew_now(keeping)
    assert lease.left() <= 10.0
    assert renew_now(keeping)
    assert lease.left() > 40.0


class Unused:
    """A connection of which only the end matters."""

    def close(self) -> None:
        return None
