"""Exhaustive crash enumeration: a cycle killed after each commit and each network call (F01).

A reference cycle is run as often as it has points; each time it dies at another one, is started
again, and must end with the same accounts, one log entry per change and nothing left to do
(K01-K12, I01, I04, I07, I10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from provisioning import simulator
from provisioning.engine.clock import database_now
from provisioning.models import Cycle, Escrow, Job, Link, PlanRow, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.crashing import Death, Mortal
from provisioning.tests.engine.histories import applied, logged, run, writes

GROUP = "Contact centre FR"
OLD = ("ana", "ben", "dora")
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


def lived(job: Job, target: Running, dies_at: int | None, **request: Any) -> tuple[Any, list[str]]:
    """The target after a cycle that died there and was started again, and the points it passed."""
    found: dict[str, Any] = {}
    mortal = Mortal(dies_at)
    target.reset()
    with suppress(Undone), transaction.atomic():
        with suppress(Death), mortal.alive():
            run(job, FakeTime(), **request)
        WorkUnit.objects.filter(state="claimed").update(
            lease_until=database_now() - timedelta(seconds=1)
        )
        run(job, FakeTime(), **request)
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
            "cycles": set(Cycle.objects.exclude(ended=None).values_list("state", flat=True)),
            "running": Cycle.objects.filter(ended=None).count(),
        }
        raise Undone
    # Ids of new accounts differ from run to run: each must be linked once.
    found["linked"] = len(set(found["linked"])) == len(found["linked"])
    return found, mortal.points


def die_everywhere(job: Job, target: Running, **request: Any) -> Counter[str]:
    """Kill the cycle at every point in turn and compare with the one that was left alone."""
    expected, points = lived(job, target, None, **request)
    assert expected["idle"] == ("succeeded", [])
    assert (expected["unlogged"], expected["invented"]) == (Counter(), Counter())
    different = {}
    for number, point in enumerate(points, start=1):
        found, _ = lived(job, target, number, **request)
        if found != expected:
            different[f"{number} {point}"] = {
                key: value for key, value in found.items() if value != expected[key]
            }
    assert different == {}, f"{len(different)} of {len(points)} deaths"
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

    points = die_everywhere(job, target, approve=True)

    assert points["POST"] == 2
    assert points["PATCH"] == 2
