"""Members of groups: edges of the directory, whatever the order in which their ends arrive."""

from __future__ import annotations

import pytest

from provisioning.core.resource import Kind
from provisioning.models import DirectoryObject, Membership
from provisioning.tests.inbound.pusher import ENTERPRISE, Pusher, members, stored


@pytest.fixture
def pusher(db):
    return Pusher()


@pytest.mark.parametrize(
    ("operations", "left"),
    [
        ([{"op": "add", "path": "members", "value": [{"value": "zoe"}]}], {"zoe", "yul", "xim"}),
        ([{"op": "remove", "path": 'members[value eq "yul"]'}], {"xim"}),
        ([{"op": "Remove", "path": "members", "value": [{"value": "yul"}]}], {"xim"}),
        ([{"op": "remove", "path": "members"}], set()),
        ([{"op": "replace", "path": "members", "value": [{"value": "zoe"}]}], {"zoe"}),
        ([{"op": "replace", "value": {"members": [{"value": "zoe"}]}}], {"zoe"}),
        ([{"op": "Add", "value": {"members": ["zoe"], "displayName": "X"}}], {"zoe", "yul", "xim"}),
        (
            [
                {"op": "remove", "path": "members"},
                {"op": "add", "path": "members", "value": [{"value": "yul"}]},
            ],
            {"yul"},
        ),
    ],
)
def test_members_are_changed_in_either_dialect(pusher, operations, left):
    ids = {name: pusher.user(name) for name in ("zoe", "yul", "xim")}
    group = pusher.group("Staff", ids["yul"], ids["xim"])

    told = pusher.patch(f"Groups/{group}", *_with(ids, operations))

    assert members(group) == {ids[name] for name in left}
    assert {one["value"] for one in told.get("members", [])} == {ids[name] for name in left}


def _with(ids, operations):
    """The operations with ids in the place of names."""
    text = repr(operations)
    for name, identifier in ids.items():
        text = text.replace(name, identifier)
    return eval(text)  # noqa: S307


def test_W13_a_group_may_be_in_a_group_in_a_circle_and_in_itself(pusher):
    inner = pusher.group("Inner")
    outer = pusher.group("Outer", inner)
    pusher.patch(
        f"Groups/{inner}",
        {"op": "add", "path": "members", "value": [{"value": outer}, {"value": inner}]},
    )

    kinds = Membership.objects.current().values_list("member_kind", flat=True)
    assert set(kinds) == {Kind.GROUP.value}
    assert {one["type"] for one in pusher.get(f"Groups/{outer}")["members"]} == {"Group"}
    assert Membership.objects.members_of([stored(outer, Kind.GROUP).pk], nested=True)


def test_a_member_nobody_knows_yet_is_linked_when_it_appears_by_the_key_of_the_source(pusher):
    group = pusher.group("Staff", "hr-17")
    assert members(group) == {"hr-17"}

    ana = pusher.user("zoe", externalId="HR-17")

    edge = Membership.objects.current().get()
    assert (edge.member_key, edge.member) == (ana, stored(ana))
    assert pusher.get(f"Users/{ana}")["groups"][0]["display"] == "Staff"


def test_W12_a_manager_nobody_knows_yet_is_linked_when_that_person_appears(pusher):
    ana = pusher.user("zoe", **{ENTERPRISE: {"manager": {"value": "hr-1"}}})
    assert DirectoryObject.objects.managers_of([stored(ana)]) == {}
    before = stored(ana).change_number

    boss = pusher.user("boss", externalId="hr-1")

    assert DirectoryObject.objects.managers_of([stored(ana)])[stored(ana).pk] == stored(boss)
    assert stored(ana).change_number > before


def test_W11_managers_in_a_circle_and_of_themselves_are_kept(pusher):
    ana, bea = pusher.user("zoe"), pusher.user("yul")
    for one, other in ((ana, bea), (bea, ana)):
        pusher.patch(
            f"Users/{one}",
            {"op": "add", "path": f"{ENTERPRISE}:manager", "value": {"value": other}},
        )
    pusher.patch(f"Users/{bea}", {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": bea})

    found = DirectoryObject.objects.managers_of([stored(ana), stored(bea)])
    assert found == {stored(ana).pk: stored(bea), stored(bea).pk: stored(bea)}


def test_a_group_of_two_thousand_is_changed_by_one(pusher, django_assert_max_num_queries):
    crowd = [f"00000000-0000-4000-8000-{number:012}" for number in range(2_000)]
    group = pusher.group("Crowd", *crowd)
    assert len(members(group)) == 2_000

    with django_assert_max_num_queries(45):
        pusher.ask(
            "PATCH",
            f"Groups/{group}?excludedAttributes=members",
            {"Operations": [{"op": "remove", "path": f'members[value eq "{crowd[5]}"]'}]},
        )

    assert crowd[5] not in members(group)
    assert len(members(group)) == 1_999


@pytest.mark.parametrize("value", [[{}], [{"value": ""}], [{"value": 7}], {"display": "x"}])
def test_a_member_without_a_value_is_refused_and_nothing_is_changed(pusher, value):
    group = pusher.group("Staff")
    body = {"Operations": [{"op": "add", "path": "members", "value": value}]}

    assert pusher.refused("PATCH", f"Groups/{group}", body) == (400, "invalidValue")
    assert members(group) == set()
