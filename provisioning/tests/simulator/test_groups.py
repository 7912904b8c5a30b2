"""Groups of the Genesys Cloud personality: members by every spelling of PATCH, names kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning.tests.simulator.caller import Caller, calling, op


@pytest.fixture
def target() -> Iterator[Caller]:
    with calling(groups=["Sales"]) as running:
        yield running


def members(target: Caller) -> list[str]:
    return [member["value"] for member in target.group("Sales")["members"]]


def people(target: Caller, count: int) -> list[str]:
    return [target.user(f"p{number}@example.org")["id"] for number in range(count)]


def join(target: Caller, ids: list[str]) -> None:
    entries = [{"value": identifier} for identifier in ids]
    answer = target.patch(f"/Groups/{target.group('Sales')['id']}", op("add", "members", entries))
    assert answer.status_code == 200


def change(target: Caller, *operations: object) -> int:
    answer = target.patch(f"/Groups/{target.group('Sales')['id']}", *operations)
    return answer.status_code


def test_members_are_added_in_order_and_come_back_with_a_reference(target):
    ids = people(target, 3)

    join(target, ids)

    group = target.group("Sales")
    assert group["members"][0] == {
        "value": ids[0],
        "type": "User",
        "$ref": f"/api/v2/scim/v2/users/{ids[0]}",
    }
    assert members(target) == ids
    assert group["meta"]["version"] == "2"


def test_sixty_members_join_in_chunks(target):
    ids = people(target, 60)

    join(target, ids[:50])
    join(target, ids[50:])

    assert members(target) == ids


def test_members_leave_by_a_filtered_path(target):
    ids = people(target, 3)
    join(target, ids)

    assert change(target, op("Remove", f'members[value eq "{ids[1]}"]')) == 200

    assert members(target) == [ids[0], ids[2]]


def test_members_leave_by_a_list_of_values(target):
    ids = people(target, 3)
    join(target, ids)

    leaving = [{"value": ids[0]}, {"value": ids[2]}]
    assert change(target, op("remove", "members", leaving)) == 200

    assert members(target) == [ids[1]]


def test_adding_and_removing_share_a_patch(target):
    ids = people(target, 3)
    join(target, ids[:2])

    status = change(
        target,
        op("add", "members", [{"value": ids[2]}]),
        op("remove", f'members[value eq "{ids[0]}"]'),
    )

    assert (status, members(target)) == (200, [ids[1], ids[2]])


def test_members_are_replaced_as_a_whole_and_removed_as_a_whole(target):
    ids = people(target, 3)
    join(target, ids)

    change(target, op("replace", "members", [{"value": ids[1]}]))
    replaced = members(target)
    change(target, op("remove", "members"))

    assert (replaced, members(target)) == ([ids[1]], [])


def test_members_without_a_path_are_added(target):
    ids = people(target, 1)

    assert change(target, op("add", None, {"members": [{"value": ids[0]}]})) == 200

    assert members(target) == ids


def test_put_takes_the_whole_list(target):
    ids = people(target, 2)
    join(target, ids)
    group = target.group("Sales")

    body = {"displayName": "Sales", "externalId": "G1", "members": [{"value": ids[1]}]}
    answer = target.put(f"/Groups/{group['id']}", body)

    assert (answer.status_code, answer.json()["externalId"]) == (200, "G1")
    assert members(target) == [ids[1]]


def test_nothing_is_applied_when_one_operation_is_refused(target):
    ids = people(target, 1)

    status = change(
        target,
        op("add", "members", [{"value": ids[0]}]),
        op("add", "members", [{"value": "nobody"}]),
    )

    assert (status, members(target)) == (400, [])


def test_a_present_member_added_again_changes_nothing(target):
    ids = people(target, 1)
    join(target, ids)

    join(target, ids)

    assert target.group("Sales")["meta"]["version"] == "2"
    assert target.running.requests[-2]["changes"] == []


def test_an_equal_displayName_is_no_rename(target):
    assert change(target, op("replace", "displayName", "Sales")) == 200
    assert target.group("Sales")["meta"]["version"] == "1"


def test_a_user_shows_the_groups_and_cannot_write_them(target):
    ids = people(target, 1)
    join(target, ids)
    group = target.group("Sales")

    user = target.get(f"/Users/{ids[0]}").json()
    refused = target.patch(f"/Users/{ids[0]}", op("replace", "groups", [{"value": group["id"]}]))

    assert [(entry["value"], entry["display"]) for entry in user["groups"]] == [
        (group["id"], "Sales")
    ]
    assert refused.json()["scimType"] == "mutability"


def test_a_deleted_user_leaves_the_groups_and_the_record_says_so(target):
    ids = people(target, 2)
    join(target, ids)

    target.delete(f"/Users/{ids[0]}")

    changes = target.running.requests[-1]["changes"]
    assert members(target) == [ids[1]]
    assert [(change["kind"], change["action"]) for change in changes] == [
        ("Group", "cascade"),
        ("User", "delete"),
    ]


def test_members_can_be_left_out_of_an_answer(target):
    join(target, people(target, 1))
    group = target.group("Sales")

    without = target.get(f"/Groups/{group['id']}", excludedAttributes="members").json()
    only = target.get(f"/Groups/{group['id']}", attributes="displayName").json()

    assert "members" not in without
    assert set(only) == {"schemas", "id", "displayName", "meta"}
