"""A whole resource to put back: everything that is there, changed, without what is not ours."""

from __future__ import annotations

from hypothesis import given
from scim2_models import EnterpriseUser, User

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, differences
from provisioning.core.patch import create_body
from provisioning.core.replacement import replacement_body, with_members
from provisioning.core.resource import Kind, Resource
from provisioning.core.urns import CORE_GROUP, CORE_USER, ENTERPRISE_USER
from provisioning.tests.core.samples import sample
from provisioning.tests.core.test_patch import STANDARD, wishes

path = AttributePath.parse
DEPARTMENT = f"{ENTERPRISE_USER}:department"


def test_what_only_the_target_writes_is_left_out():
    person = sample("rfc7643-8.3-enterprise_user")

    body = replacement_body([Change(path("title"), "Tour Guide", "Lead")], person, Kind.USER)

    manager = {k: v for k, v in person[ENTERPRISE_USER]["manager"].items() if k != "displayName"}
    kept = {name: value for name, value in person.items() if name not in ("meta", "groups")}
    extension = {**person[ENTERPRISE_USER], "manager": manager}
    assert body == {**kept, "title": "Lead", ENTERPRISE_USER: extension}


def test_an_extension_that_a_change_brings_is_named():
    changes = [Change(path(DEPARTMENT), None, "Sales"), Change(path("active"), None, "False")]

    named = replacement_body(changes, {"id": "1", "Schemas": [CORE_USER]}, Kind.USER)
    silent = replacement_body(changes, {"id": "1"}, Kind.USER)

    assert named == {
        "id": "1",
        "Schemas": [CORE_USER, ENTERPRISE_USER],
        ENTERPRISE_USER: {"department": "Sales"},
        "active": False,
    }
    assert silent["schemas"] == [CORE_USER, ENTERPRISE_USER]
    assert replacement_body([], {"id": "g"}, Kind.GROUP) == {"id": "g", "schemas": [CORE_GROUP]}


def test_an_extension_in_another_spelling_is_the_same_and_what_is_no_object_stays():
    odd = {"schemas": [ENTERPRISE_USER], ENTERPRISE_USER.lower(): "?"}

    assert replacement_body([], odd, Kind.USER) == odd


def test_members_join_and_leave_and_the_others_stay_as_they_were():
    group: Resource = {"Members": [{"value": "1", "type": "User"}, {"value": "2"}, "3"]}

    assert with_members(group, ["2", "4"], ["1", "9"]) == {
        "Members": [{"value": "2"}, {"value": "3"}, {"value": "4"}]
    }
    assert with_members({}, ["1"], []) == {"members": [{"value": "1"}]}
    assert with_members({"members": [{"value": "1"}]}, [], ["1"]) == {"members": []}


@given(wishes([]), wishes([None]))
def test_what_is_put_back_is_what_is_wanted_and_nothing_else_moved(held, wanted):
    current = {"id": "1", **create_body({path("userName"): "ana", **held}, Kind.USER)}

    body = replacement_body(differences(wanted, current, Kind.USER), current, Kind.USER)

    User[EnterpriseUser].model_validate(body)
    assert differences(wanted, body, Kind.USER) == ()
    untouched = {p: p.get(current) for p in STANDARD if p not in wanted}
    assert differences(untouched, body, Kind.USER) == ()
