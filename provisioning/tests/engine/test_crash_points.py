"""Exhaustive crash enumeration: a cycle killed after each commit and each network call (F01).

A reference cycle is run as often as it has points; each time it dies at another one, is started
again, and must end with the same accounts, one log entry per change and nothing left to do
(K01-K12, I01, I04, I07, I10).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from provisioning import simulator
from provisioning.engine.clock import database_now
from provisioning.engine.work import Work
from provisioning.models import Cycle, Escrow, Job, Link, Plan, PlanRow, WorkUnit
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application, configure
from provisioning.tests.engine.crashing import Death, Mortal
from provisioning.tests.engine.histories import applied, logged, run, writes

GROUP = "Contact centre FR"
OLD = ("ana", "ben", "dora")
SAMPLE = 16
"""Of the lives with several deaths; all pairs would take an hour."""
SOME = 8
"""Every so many points of the cycles that differ little from the two that die everywhere; `make
nightly` takes each."""
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Undone(Exception):
    """Takes the database back to before the crash."""


def account(name: str) -> dict[str, Any]:
    mail = f"{name}@contoso.example"
    return {
        "id": f"id-of-{name}",
        "userName": mail,
        "displayName": f"Person {name}",
        "title": "Agent",
        "active": True,
        "emails": [{"type": "work", "value": mail}],
    }


@pytest.fixture
def target() -> Iterator[Running]:
    """Where three people and a group are already as they should be; a reset brings that back."""
    members = [{"value": f"id-of-{name}"} for name in ("ana", "ben")]
    group = {"id": "id-of-g", "displayName": GROUP, "externalId": "g", "members": members}
    seed = {"users": [account(name) for name in OLD], "groups": [group]}
    with simulator.start(quota=0, seed=seed) as running:
        yield running


@pytest.fixture
def old_company(directory: Directory) -> Directory:
    for name in OLD:
        directory.person(name)
    directory.group("g", GROUP, ["ana", "ben"])
    directory.sync()
    return directory


@pytest.fixture
def job(old_company: Directory, target: Running) -> Job:
    return application(
        target.tenant_url,
        target.token,
        scope="all",
        on_deletion={"action": "delete", "after": "0d"},
        limits={"requests_per_minute": None, "connections": 1},
    )


def move_on(directory: Directory) -> None:
    """Somebody comes under a manager, one is renamed, one disabled, one gone; the group follows."""
    directory.person("cleo", manager="ana")
    directory.person("ana", userPrincipalName="anna@contoso.example", jobTitle="Lead")
    directory.person("ben", accountEnabled=False)
    directory.leave("dora")
    directory.group("g", GROUP, ["ana", "cleo"])
    directory.sync(force=True)


def accounts(target: Running) -> dict[str, Any]:
    """What the target holds, by names instead of ids; somebody twice is there twice."""
    state = target.state()
    name_of = {user["id"]: user["userName"] for user in state["users"]}
    people = sorted(
        (
            user["userName"],
            user["state"],
            user["active"],
            user["displayName"],
            user.get("title", ""),
            name_of.get(user.get(ENTERPRISE, {}).get("manager", {}).get("value", ""), ""),
        )
        for user in state["users"]
    )
    groups = {
        group["displayName"]: sorted(name_of[one["value"]] for one in group.get("members", []))
        for group in state["groups"]
    }
    return {"people": people, "groups": groups}


@dataclass(frozen=True)
class Life:
    """At which points the first run and those after it die, and what the target does meanwhile."""

    deaths: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict)
    stops: bool = False
    """Whether a person stops each cycle that dies or might, once it has written something."""


def lived(job: Job, target: Running, life: Life) -> tuple[Any, list[str]]:
    """The target after a cycle that died and was started again, and the points it first passed."""
    found: dict[str, Any] = {}
    first, *later = [Mortal(dies_at) for dies_at in life.deaths or (None,)]
    target.reset()
    target.set_faults(life.faults)
    with suppress(Undone), transaction.atomic():
        for mortal in (first, *later):
            with suppress(Death), stopping(life, target), mortal.alive():
                run(job, FakeTime(), **life.request)
            leases_run_out()
        target.set_faults([])
        run(job, FakeTime(), **life.request)
        since = len(target.requests)
        idle = run(job, FakeTime())
        found = {
            "accounts": accounts(target),
            "links": sorted(Link.objects.values_list("object__source_id", flat=True)),
            "linked": sorted(Link.objects.values_list("target_id", flat=True)),
            "idle": (idle.state, writes(target, since)),
            "unlogged": applied(target) - logged(job),
            "invented": logged(job) - applied(target),
            "open": PlanRow.objects.filter(state__in=("intent", "unknown")).count(),
            "escrows": Escrow.objects.count(),
            "held back": Job.objects.exclude(quarantined_at=None).count(),
            "running": Cycle.objects.filter(ended=None).count(),
        }
        raise Undone
    # Ids of new accounts differ from run to run: each must be linked once.
    found["linked"] = len(set(found["linked"])) == len(found["linked"])
    return found, first.points


@contextmanager
def stopping(life: Life, target: Running) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        if life.stops:
            patched.setattr(Work, "stop_requested", lambda work: bool(writes(target)))
        yield


def leases_run_out() -> None:
    past = database_now() - timedelta(seconds=1)
    WorkUnit.objects.filter(state="claimed").update(lease_until=past)


def differences(job: Job, target: Running, lives: Iterable[Life], expected: Any) -> dict[str, Any]:
    """In what each of these lives ended otherwise than it should."""
    different = {}
    for life in lives:
        found, points = lived(job, target, life)
        if found != expected:
            wrong = {key: value for key, value in found.items() if value != expected[key]}
            different[f"{life.deaths} behind {points[-1]}"] = wrong
    return different


def well(job: Job, target: Running, life: Life) -> tuple[Any, list[str]]:
    """How it ends without a death, which must be well, and how many points there are."""
    expected, points = lived(job, target, life)
    assert expected["idle"] == ("succeeded", [])
    assert (expected["unlogged"], expected["invented"]) == (Counter(), Counter())
    return expected, points


def die_everywhere(job: Job, target: Running, step: int = 1, **life: Any) -> Counter[str]:
    """Kill the cycle at every point in turn and compare with the one that was left alone."""
    expected, points = well(job, target, Life(**life))
    step = int(os.environ.get("ROLLCALL_CRASH_STEP", step))
    lives = [Life(deaths=(number,), **life) for number in range(1, len(points) + 1, step)]
    print(f"{len(lives)} deaths, {len(points)} points: {dict(Counter(points))}")
    assert differences(job, target, lives, expected) == {}
    return Counter(points)


def test_F01_a_cycle_of_changes_may_die_anywhere(job: Job, old_company: Directory, target: Running):
    run(job, FakeTime(), approve=True)
    move_on(old_company)

    points = die_everywhere(job, target)

    assert points["POST"] == 1
    assert points["PATCH"] == 3
    assert points["DELETE"] == 1
    assert points["commit"] >= 10


def test_F01_a_first_cycle_may_die_anywhere(job: Job, old_company: Directory, target: Running):
    """Two are taken over as they are, one differs, one is made after a manager who is made."""
    old_company.person("cleo", manager="emil")
    old_company.person("emil")
    old_company.person("ana", jobTitle="Lead")
    old_company.group("g", GROUP, ["ana", "cleo"])
    old_company.sync()

    points = die_everywhere(job, target, request={"approve": True})

    assert points["POST"] == 2
    assert points["PATCH"] == 2


def test_F01_who_takes_over_may_die_as_well(job: Job, old_company: Directory, target: Running):
    run(job, FakeTime(), approve=True)
    move_on(old_company)
    expected, points = well(job, target, Life())
    lives = [
        Life(deaths=(1 + 7 * number % len(points), 1 + number % 12, 1 + 5 * number % 12))
        for number in range(SAMPLE)
    ]

    assert differences(job, target, lives, expected) == {}


def test_F01_F21_a_cycle_may_die_on_its_way_into_quarantine(
    job: Job, old_company: Directory, target: Running
):
    run(job, FakeTime(), approve=True)
    move_on(old_company)

    rejected = "token_expiry:method=PATCH|POST,after=1,times=1"

    points = die_everywhere(job, target, step=2, faults=(rejected,))

    assert points["PATCH"] == 2


def test_F01_I23_a_stored_plan_may_die_anywhere_and_is_sent_as_it_was_seen(
    job: Job, old_company: Directory, target: Running
):
    """With rows that the guard holds, which the person who names the plan releases."""
    run(job, FakeTime(), approve=True)
    configure({"slug": "genesys-eu", "deletion_guard": {"at_least": 0, "at_most": 0}})
    move_on(old_company)
    held = run(job, FakeTime(), purpose=Purpose.PREVIEW)
    assert held.counts["held"] >= 2
    plan = Plan.objects.latest("created")

    points = die_everywhere(job, target, SOME, request={"plan": plan, "approve": True})

    assert (points["POST"], points["DELETE"]) == (1, 1)


def test_F01_F40_a_cycle_that_is_stopped_may_die_anywhere(
    job: Job, old_company: Directory, target: Running
):
    run(job, FakeTime(), approve=True)
    move_on(old_company)

    points = die_everywhere(job, target, SOME, stops=True)

    assert points["PATCH"] + points["DELETE"] >= 1


def test_F01_F10_a_first_cycle_whose_answer_is_lost_may_die_anywhere(
    job: Job, old_company: Directory, target: Running
):
    old_company.person("cleo")
    old_company.person("emil", manager="cleo")
    old_company.sync()
    lost = ("lost_reply:method=POST,times=2",)

    points = die_everywhere(job, target, SOME, request={"approve": True}, faults=lost)

    assert points["POST without an answer"] == 2
