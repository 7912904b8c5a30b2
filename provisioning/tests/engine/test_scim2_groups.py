"""Groups on a strict RFC server: created with members, kept by differences, deleted."""

from __future__ import annotations

import pytest

from provisioning.tests.builders import Directory, cycle
from provisioning.tests.engine.strictly import connected, last_operations, run_and_count
from provisioning.tests.engine.watching import entries
from provisioning.tests.scim2 import GROUP, Scim2Server


def test_groups_are_created_with_members_changed_by_their_difference_and_deleted(
    directory: Directory, strict: Scim2Server
):
    names = [f"p{number:02}" for number in range(52)]
    for name in names:
        directory.person(name)
    directory.group("g", "Sales", names[:51])
    directory.sync()
    job = connected(strict, on_deletion={"action": "delete", "after": "0d"})

    run = run_and_count(strict, job, approve=True)

    assert (run.state, run.requests) == ("succeeded", {"GET": 2, "POST": 53, "PATCH": 1})
    assert strict.member_names("Sales") == names[:51]
    assert strict.groups()["Sales"]["externalId"] == "g"
    assert run_and_count(strict, job).requests == {}

    directory.group("g", "Sales", names[1:])
    directory.sync()
    changed = run_and_count(strict, job)
    assert (changed.counts["membership"], changed.requests) == (1, {"PATCH": 1})
    assert [one["op"] for one in last_operations(operation="membership")] == ["add", "remove"]
    assert strict.member_names("Sales") == names[1:]

    directory.group("g", "Sales and service", names[1:])
    directory.sync()
    assert run_and_count(strict, job).requests == {"PATCH": 1}
    assert set(strict.groups()) == {"Sales and service"}

    del directory.groups["g"]
    directory.members = []
    directory.sync(force=True)
    gone = run_and_count(strict, job)
    assert (gone.counts["delete"], gone.requests) == (1, {"DELETE": 1})
    assert strict.groups() == {}


def test_an_existing_group_is_filled_and_members_of_others_stay(
    directory: Directory, strict: Scim2Server
):
    zoe = strict.add("zoe")
    members = [{"value": zoe["id"]}]
    strict.ask("POST", "Groups", {"schemas": [GROUP], "displayName": "Sales", "members": members})
    directory.person("ana")
    directory.group("g", "Sales", ["ana"])
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert run.requests == {"GET": 2, "POST": 1, "PATCH": 1}
    assert strict.member_names("Sales") == ["ana", "zoe"]
    assert run_and_count(strict, job).requests == {}


def test_an_equal_target_costs_a_listing_and_a_look_at_each_group(
    directory: Directory, strict: Scim2Server
):
    for name in ("ana", "ben", "eve"):
        directory.person(name)
    directory.group("g", "Sales", ["ana", "ben"])
    directory.group("h", "Service", ["eve"])
    directory.sync()
    cycle(connected(strict), approve=True)
    stranger = connected(strict, name="Other", slug="other")

    run = run_and_count(strict, stranger, approve=True)

    assert (run.state, run.requests) == ("succeeded", {"GET": 3})


@pytest.mark.parametrize("target", ["strict", "modest"])
def test_members_that_others_added_or_removed_are_no_obstacle(
    directory: Directory, request: pytest.FixtureRequest, target: str
):
    server: Scim2Server = request.getfixturevalue(target)
    for name in ("ana", "ben", "eve"):
        directory.person(name)
    directory.group("g", "Sales", ["ana", "ben"])
    directory.sync()
    job = connected(server)
    cycle(job, approve=True)
    ids = {name: user["id"] for name, user in server.users().items()}
    server.change_group(
        "Sales",
        {"op": "remove", "path": f'members[value eq "{ids["ana"]}"]'},
        {"op": "add", "path": "members", "value": [{"value": ids["eve"]}]},
    )
    directory.group("g", "Sales", ["ben", "eve"])
    directory.sync()

    run = run_and_count(server, job)

    assert run.state == "succeeded", [one.error for one in entries(status="failure")]
    assert server.member_names("Sales") == ["ben", "eve"]
    assert run_and_count(server, job).requests == {}
