"""Stop stops: after the request under way nothing more is sent, and nothing is lost (F40, L15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from provisioning import simulator
from provisioning.engine import recording, runner
from provisioning.engine.clock import database_now
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.execution import batch
from provisioning.engine.work import Interrupted, Leaving, Stopped, Work
from provisioning.models import Cycle, Job, LogEntry, PlanRow, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes

PEOPLE = [f"p{number}" for number in range(8)]


def test_F40_a_stop_in_the_middle_lets_one_more_request_pass_and_the_next_cycle_does_the_rest(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
):
    for name in PEOPLE:
        directory.person(name)
    directory.sync()
    with simulator.start(quota=0, latency=150) as target:
        job = application(
            target.tenant_url,
            target.token,
            scope="all",
            limits={"requests_per_minute": None, "connections": 1},
        )

        def looking(work: Work) -> bool:
            """A person stopped the cycle just before the engine looks for the first time."""
            Cycle.objects.filter(pk=work.cycle.pk).update(stop_requested=True)
            return real_look(work)

        real_look = Work.stop_requested
        with monkeypatch.context() as patched:
            patched.setattr(Work, "stop_requested", looking)
            stopped = run(job, FakeTime(), approve=True)

        assert stopped.state == "stopped"
        assert 1 <= len(writes(target)) <= 2
        assert not PlanRow.objects.filter(state__in=("intent", "unknown")).exists()
        assert not LogEntry.objects.exclude(status="success").exists()
        rest = run(job, FakeTime())
        assert rest.state == "succeeded"
        assert user_names(target) == [f"{name}@contoso.example" for name in PEOPLE]
        assert applied(target) == logged(job)


@pytest.fixture
def slow(directory: Directory) -> Iterator[Running]:
    """Eight people are to be created where an answer takes 150 ms, over one connection."""
    for name in PEOPLE:
        directory.person(name)
    directory.sync()
    with simulator.start(quota=0, latency=150) as target:
        application(
            target.tenant_url,
            target.token,
            scope="all",
            limits={"requests_per_minute": None, "connections": 1},
        )
        yield target


def opened(job: Job) -> Cycle:
    """An approved first cycle that nobody has worked on yet."""
    cycle = open_cycle(job, Request(approve=True))
    assert cycle is not None
    return cycle


def test_L15_a_stop_is_seen_while_a_dead_workers_requests_are_waited_for(slow: Running):
    job = Job.objects.get()
    begun = opened(job)
    die_behind_the_intents(begun)

    class Watch(FakeTime):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            Cycle.objects.filter(pk=begun.pk).update(stop_requested=True)

    time = Watch()
    runner.turn(begun.pk, sleep=time.sleep)

    begun.refresh_from_db()
    assert (begun.state, time.now) == ("stopped", 1.0)
    assert writes(slow) == []
    assert run(job, FakeTime(), approve=True).state == "succeeded"
    assert user_names(slow) == [f"{name}@contoso.example" for name in PEOPLE]


def die_behind_the_intents(begun: Cycle) -> None:
    """A worker planned the cycle, stored the intents of the first batch, and was gone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batch, "_send_all", gone)
        with pytest.raises(Gone):
            runner.turn(begun.pk, sleep=FakeTime().sleep)
    past = database_now() - timedelta(seconds=1)
    WorkUnit.objects.filter(state="claimed").update(lease_until=past)


class Gone(BaseException):
    """The process is not there any more."""


def gone(*_: Any) -> None:
    raise Gone


def test_L15_a_stop_is_seen_while_no_answer_comes(slow: Running):
    """Three seconds of silence before the first outcome: somebody looks all the same."""
    job = Job.objects.get()
    slow.set_faults(["slow:method=POST,seconds=3,times=1"])
    looked: list[float] = []
    real = Work.stop_requested

    def looking(work: Work) -> bool:
        if writes(slow) and not LogEntry.objects.exists():
            looked.append(monotonic())
        return real(work)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Work, "stop_requested", looking)
        assert run(job, FakeTime(), approve=True).state == "succeeded"

    assert len(looked) >= 2


def test_F33_a_worker_that_is_asked_to_go_gives_its_unit_back_and_another_does_the_rest(
    slow: Running,
):
    job = Job.objects.get()
    begun = opened(job)

    runner.turn(begun.pk, sleep=FakeTime().sleep, leaving=lambda: bool(writes(slow)))

    assert 1 <= len(writes(slow)) <= 2
    unit = WorkUnit.objects.get(cycle=begun, phase="changes")
    assert (unit.state, unit.lease_until) == ("free", None)
    assert not PlanRow.objects.filter(state__in=("intent", "unknown")).exists()
    runner.turn(begun.pk, sleep=FakeTime().sleep)
    begun.refresh_from_db()
    assert begun.state == "succeeded"
    assert user_names(slow) == [f"{name}@contoso.example" for name in PEOPLE]
    assert applied(slow) == logged(job)


@pytest.mark.parametrize(("why", "state"), [(Leaving, "free"), (Stopped, "done")])
def test_L15_F33_who_still_plans_asks_the_target_nothing_more(
    slow: Running, monkeypatch: pytest.MonkeyPatch, why: type[Interrupted], state: str
):
    begun = opened(Job.objects.get())
    permit, seen = Work.permit, []

    def asked(work: Work) -> float | None:
        """The keeper of the lease has just seen that nobody should go on."""
        work.interrupted = why()
        seen.append(work)
        return permit(work)

    monkeypatch.setattr(Work, "permit", asked)

    runner.turn(begun.pk, sleep=FakeTime().sleep, leaving=lambda: bool(seen))

    assert slow.requests == []
    assert WorkUnit.objects.get(cycle=begun, phase="list").state == state


def test_F03_what_a_dead_workers_unit_cost_is_in_the_cycles_count(
    slow: Running, monkeypatch: pytest.MonkeyPatch
):
    """All but what it had not recorded when it died: one request, over one connection."""
    begun = opened(Job.objects.get())
    record = recording.record

    def record_and_die(work: Work, outcomes: list[Any]) -> None:
        record(work, outcomes)
        raise Gone

    with monkeypatch.context() as patched:
        patched.setattr(batch, "record", record_and_die)
        with pytest.raises(Gone):
            runner.turn(begun.pk, sleep=FakeTime().sleep)
    past = database_now() - timedelta(seconds=1)
    WorkUnit.objects.filter(state="claimed").update(lease_until=past)

    runner.turn(begun.pk, sleep=FakeTime().sleep)

    begun.refresh_from_db()
    assert begun.state == "succeeded"
    assert len(PEOPLE) - 1 <= begun.requests["POST"] <= len(PEOPLE)
    assert writes(slow).count("POST") == len(PEOPLE)


@pytest.mark.parametrize(("method", "state"), [("POST", "changes"), ("GET", "list")])
def test_L15_a_stop_is_seen_while_a_used_up_quota_is_waited_for(
    slow: Running, monkeypatch: pytest.MonkeyPatch, method: str, state: str
):
    """The target asks for a quarter of an hour: nobody waits that long for a stop to be seen."""
    slow.set_faults([f"status:code=429,retry_after=900,method={method}"])
    begun = opened(Job.objects.get())
    looked: list[float] = []

    class Watch(FakeTime):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            looked.append(seconds)

    def stopped(_: Work) -> Interrupted | None:
        return Stopped() if looked else None

    time = Watch()
    monkeypatch.setattr(Work, "interruption", stopped)
    monkeypatch.setattr(Work, "interrupted", property(stopped, lambda work, value: None))
    runner.turn(begun.pk, sleep=time.sleep)

    begun.refresh_from_db()
    assert begun.state == "stopped"
    assert max(looked) <= 1.0
    assert not PlanRow.objects.filter(state__in=("intent", "unknown")).exists()
    assert WorkUnit.objects.filter(cycle=begun, phase=state).exists()
