"""A target without PATCH: accounts and groups are read whole, changed, and put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning import simulator
from provisioning.core.resource import Kind
from provisioning.engine.credentials import quirks_of
from provisioning.engine.test_connection import probe
from provisioning.models import Application, Job
from provisioning.scim.client import ScimClient
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.strictly import connected, run_and_count
from provisioning.tests.engine.test_scim2_server import CHANGES, clearing_everything, fresh_look
from provisioning.tests.engine.watching import (
    ENTERPRISE,
    account,
    accounts,
    entries,
    group_named,
    member_names,
    post_from_outside,
    put_from_outside,
)
from provisioning.tests.scim2 import Scim2Server

PUT = {"GET": 1, "PUT": 1}


@pytest.fixture(params=["405", "501"])
def unpatched(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A plain server that has no PATCH."""
    with simulator.start(personality=f"scim:patch={request.param}", quota=0) as running:
        yield running


@pytest.fixture
def patchless(tmp_path: Path) -> Iterator[Scim2Server]:
    """A strict server that we did not write, which says that it has no PATCH."""
    with Scim2Server.with_features(
        tmp_path, patch={"supported": False}, etag={"supported": True}
    ) as server:
        yield server


def in_front_of(target: Running, **document: Any) -> Job:
    return application(target.tenant_url, target.token, template="scim", scope="all", **document)


def without(resource: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in names}


def test_a_refused_patch_becomes_a_put_and_what_others_wrote_stays(
    directory: Directory, unpatched: Running
):
    directory.person("ana", manager="ben", jobTitle="Guide")
    directory.person("ben")
    directory.sync()
    job = in_front_of(unpatched)
    cycle(job, approve=True)
    before = accounts(unpatched)["ana"]
    put_from_outside(unpatched, f"/Users/{before['id']}", {**before, "userType": "Temp"})
    directory.person("ana", manager="ben", jobTitle="Lead")
    directory.sync()

    run = cycle(job)

    assert (run.state, run.counts) == ("succeeded", {"update": 1})
    assert run.requests == {"PATCH": 1, **PUT}
    after = accounts(unpatched)["ana"]
    assert after[ENTERPRISE]["manager"]["value"] == before[ENTERPRISE]["manager"]["value"]
    assert (after["title"], after["userType"]) == ("Lead", "Temp")
    moved = ("title", "userType", "meta", ENTERPRISE)
    assert without(after, *moved) == without(before, *moved)
    assert [(e.status, e.exchanges[-1]["method"]) for e in entries(operation="update")] == [
        ("warning", "PATCH"),
        ("success", "PUT"),
    ]
    assert cycle(job, initial=True).requests == {}


def test_a_target_is_asked_for_patch_once_and_never_again(directory: Directory, unpatched: Running):
    for name in ("ana", "ben", "eve"):
        directory.person(name)
    directory.sync()
    job = in_front_of(unpatched, limits={"requests_per_minute": None, "connections": 1})
    cycle(job, approve=True)
    for name in ("ana", "ben", "eve"):
        directory.person(name, jobTitle="Lead")
    directory.sync()
    several = cycle(job)
    directory.person("ana", accountEnabled=False)
    directory.sync()
    later = cycle(job)

    assert several.requests == {"PATCH": 1, "GET": 3, "PUT": 3}
    assert (later.counts, later.requests) == ({"disable": 1}, PUT)
    assert accounts(unpatched)["ana"]["active"] is False
    assert not quirks_of(Application.objects.get()).patch_supported


def test_threads_that_are_refused_at_the_same_time_all_go_on(
    directory: Directory, unpatched: Running
):
    names = [f"p{number}" for number in range(12)]
    for name in names:
        directory.person(name)
    directory.sync()
    job = in_front_of(unpatched, limits={"requests_per_minute": None, "connections": 4})
    cycle(job, approve=True)
    for name in names:
        directory.person(name, jobTitle="Lead")
    directory.sync()

    run = cycle(job)

    assert (run.state, run.counts) == ("succeeded", {"update": 12})
    assert (run.requests["PUT"], run.requests["GET"]) == (12, 12)
    assert run.requests["PATCH"] <= 4


def test_a_target_that_announces_no_patch_is_never_asked_for_it(
    directory: Directory, unpatched: Running
):
    directory.person("ana")
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert cycle(job).requests == PUT
    assert accounts(unpatched)["ana"]["title"] == "Lead"


def test_a_group_is_put_back_with_the_members_that_others_added(
    directory: Directory, unpatched: Running
):
    for name in ("ana", "ben", "eve"):
        directory.person(name)
    directory.group("g", "Sales", ["ana", "ben"])
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    group = group_named(unpatched, "Sales")
    theirs = post_from_outside(unpatched, "/Users", account("guest")).json()["id"]
    members = [*group["members"], {"value": theirs}]
    put_from_outside(unpatched, f"/Groups/{group['id']}", {**group, "members": members})
    directory.group("g", "Sales and service", ["ben", "eve"])
    directory.sync()

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", PUT)
    assert member_names(unpatched, "Sales and service") == ["ben", "eve", "guest"]
    assert cycle(job).requests == {}


def test_many_members_of_a_group_are_put_back_at_once(directory: Directory, unpatched: Running):
    names = [f"p{number}" for number in range(60)]
    for name in names:
        directory.person(name)
    directory.group("g", "Sales", ["p0"])
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    directory.group("g", "Sales", names)
    directory.sync()

    assert cycle(job).requests == PUT
    assert len(member_names(unpatched, "Sales")) == 60


@pytest.mark.parametrize("code", [409, 412])
def test_an_account_that_moved_under_the_put_is_read_again(
    directory: Directory, unpatched: Running, code: int
):
    directory.person("ana")
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    unpatched.set_faults([f"status:code={code},method=PUT,times=1"])

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", {"GET": 2, "PUT": 2})
    assert accounts(unpatched)["ana"]["title"] == "Lead"


def test_a_put_that_is_refused_for_its_value_fails_for_this_person_only(
    directory: Directory, unpatched: Running
):
    directory.person("ana")
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    unpatched.set_faults(["status:code=400,method=PUT"])

    run = cycle(job)

    assert (run.state, run.requests) == ("partly", PUT)
    assert [entry.status for entry in entries(operation="update")] == ["failure"]


def test_a_put_whose_answer_is_lost_is_read_back_and_not_repeated(
    directory: Directory, unpatched: Running
):
    directory.person("ana")
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    unpatched.set_faults(["lost_reply:method=PUT,times=1"])

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", {"GET": 2, "PUT": 1})
    assert cycle(job).requests == {}


def test_an_account_that_holds_the_change_already_is_not_put_back(
    directory: Directory, unpatched: Running
):
    directory.person("ana")
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)
    cycle(job, approve=True)
    ana = accounts(unpatched)["ana"]
    put_from_outside(unpatched, f"/Users/{ana['id']}", {**ana, "title": "Lead"})
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert cycle(job).requests == {"GET": 1}
    assert cycle(job, initial=True).requests == {}


def test_members_that_a_new_group_left_out_are_put_into_it(
    directory: Directory, unpatched: Running, monkeypatch: pytest.MonkeyPatch
):
    create = ScimClient.create

    def without_members(self: ScimClient, kind: Kind, body: Any) -> Any:
        return create(self, kind, {name: body[name] for name in body if name != "members"})

    monkeypatch.setattr(ScimClient, "create", without_members)
    directory.person("ana")
    directory.group("g", "Sales", ["ana"])
    directory.sync()
    job = in_front_of(unpatched)
    probe(job.application)

    run = cycle(job, approve=True)

    assert (run.state, run.requests["PUT"]) == ("succeeded", 1)
    assert member_names(unpatched, "Sales") == ["ana"]
    assert cycle(job).requests == {}


def test_whatever_changes_a_strict_server_takes_it_by_put(
    directory: Directory, patchless: Scim2Server
):
    directory.person("boss")
    directory.person("other")
    for number, (before, _) in enumerate(CHANGES):
        directory.person(f"p{number}", **before)
    directory.sync()
    job = connected(patchless, mappings=clearing_everything())
    probe(job.application)
    assert cycle(job, approve=True).state == "succeeded"
    for number, (_, after) in enumerate(CHANGES):
        directory.person(f"p{number}", **after)
    directory.sync()

    # So many values emptied at once would wait for a person.
    run = run_and_count(patchless, job, approve=True)

    refused = [(one.source_id, one.error, one.exchanges) for one in entries(status="failure")]
    assert refused == []
    assert run.requests == {"GET": len(CHANGES), "PUT": len(CHANGES)}
    assert run_and_count(patchless, job, initial=True).requests == {}
    assert fresh_look(patchless) == {}
