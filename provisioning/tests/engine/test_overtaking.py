"""Removals overtake: who leaves while a cycle executes does not wait for its end (design 3)."""

from __future__ import annotations

from queue import SimpleQueue
from uuid import UUID

import pytest

from provisioning.engine import overtaking, runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Cycle, Job, Link, PlanRow
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object

pytestmark = pytest.mark.django_db(transaction=True)

JOINERS = 120
"""More than one unit, so that a cycle has a middle."""


def company(directory: Directory, target: Running) -> Job:
    """Two people with accounts; then so many join that the next cycle takes several units."""
    for name in ("leaver", "stays"):
        directory.person(name)
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all")
    cycle(job, approve=True)
    for number in range(JOINERS):
        directory.person(f"p{number}")
    directory.sync()
    job.refresh_from_db()
    return job


def until_the_middle(job: Job) -> Cycle:
    """A cycle whose worker was asked to go after its first unit of creates."""
    running = open_cycle(job, Request())
    assert running is not None
    created = PlanRow.objects.filter(plan=running.plan, state="done")
    runner.turn(running.pk, sleep=lambda _: None, leaving=created.exists)
    running.refresh_from_db()
    assert running.ended is None
    return running


def finish(cycle_id: UUID) -> Cycle:
    runner.turn(cycle_id, sleep=lambda _: None)
    return Cycle.objects.get(pk=cycle_id)


def sent(target: Running, since: int = 0) -> list[tuple[str, object]]:
    return [
        (one["method"], one["body"].get("Operations")) for one in target.requests[since:]
        if one["method"] != "GET"
    ]  # fmt: skip


def test_who_leaves_is_disabled_before_the_creates_that_wait(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    running = until_the_middle(job)
    directory.person("leaver", accountEnabled=False)
    directory.sync()
    before = len(genesys.requests)

    removals = overtaking.removals_beside(running)
    assert removals is not None
    assert finish(removals.pk).state == "succeeded"

    assert [method for method, _ in sent(genesys, before)] == ["PATCH"]
    states = {user["userName"]: user["active"] for user in genesys.state()["users"]}
    assert states["leaver@contoso.example"] is False
    assert finish(running.pk).state == "succeeded"
    assert Link.objects.filter(job=job).count() == JOINERS + 2
    assert overtaking.removals_beside(running) is None
    idle = cycle(job)
    assert (idle.state, idle.requests) == ("succeeded", {})


def test_whoever_else_changed_is_left_to_the_next_cycle(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    running = until_the_middle(job)
    directory.person("stays", jobTitle="Lead")
    directory.person("later")
    directory.sync()

    removals = overtaking.removals_beside(running)
    assert removals is not None
    before = len(genesys.requests)
    assert finish(removals.pk).state == "succeeded"

    assert sent(genesys, before) == []
    assert not PlanRow.objects.filter(plan=removals.plan).exists()
    assert overtaking.removals_beside(running) is None
    finish(running.pk)
    assert cycle(job).requests == {"GET": 1, "POST": 1, "PATCH": 1}


def test_the_removals_of_both_plans_are_judged_together(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    cycle(job)
    for number in range(JOINERS):
        directory.person(f"q{number}")
    directory.sync()
    running = until_the_middle(job)
    for number in range(20):
        directory.person(f"p{number}", accountEnabled=False)
    directory.sync()

    removals = overtaking.removals_beside(running)
    assert removals is not None
    before = len(genesys.requests)

    assert finish(removals.pk).state == "waiting"
    assert sent(genesys, before) == []
    held = PlanRow.objects.filter(plan=removals.plan, state="held")
    assert held.count() == 20


def test_what_waits_for_a_leaver_in_the_running_plan_is_not_sent_any_more(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    directory.person("leaver", jobTitle="Lead")
    directory.sync()
    running = until_the_middle(job)
    row = PlanRow.objects.filter(plan=running.plan, object=directory_object("leaver")).get()
    if row.state == "done":
        PlanRow.objects.filter(pk=row.pk).update(state="planned")
    directory.person("leaver", accountEnabled=False)
    directory.sync()

    removals = overtaking.removals_beside(running)
    assert removals is not None
    finish(removals.pk)

    row.refresh_from_db()
    assert row.state == "abandoned"
    before = len(genesys.requests)
    finish(running.pk)
    assert {method for method, _ in sent(genesys, before)} == {"POST"}


def test_nobody_is_looked_for_while_a_cycle_plans_or_once_it_has_ended(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    running = open_cycle(job, Request())
    assert running is not None
    directory.person("leaver", accountEnabled=False)
    directory.sync()

    assert overtaking.removals_beside(running) is None
    finish(running.pk)
    assert overtaking.removals_beside(running) is None
    assert not Cycle.objects.filter(purpose=Purpose.REMOVALS).exists()


def test_removals_that_a_dead_worker_left_are_taken_up(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    running = until_the_middle(job)
    directory.person("leaver", accountEnabled=False)
    directory.sync()
    first = overtaking.removals_beside(running)
    assert first is not None

    assert overtaking.removals_beside(running) == first


def test_the_thread_beside_a_turn_looks_and_turns(
    directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    job = company(directory, genesys)
    running = until_the_middle(job)
    directory.person("leaver", accountEnabled=False)
    directory.sync()
    monkeypatch.setattr(overtaking, "LOOK_EVERY", 0.0)
    turned: SimpleQueue[Cycle] = SimpleQueue()

    with overtaking.overtaking(running, turned.put):
        assert turned.get(timeout=20).purpose == Purpose.REMOVALS
