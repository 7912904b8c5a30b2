"""PATCH in the dialect of RFC 7644 and in Entra's; nothing half done."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change
from provisioning.core.inbound.patching import apply_patch
from provisioning.core.inbound.reading import cleaned
from provisioning.core.inbound.refusals import Refusal
from provisioning.core.patch import Dialect, patch_body
from provisioning.core.resource import Kind, Value
from provisioning.tests.inbound.pusher import ENTERPRISE

ANA: dict[str, Value] = {
    "userName": "ana@example.com",
    "active": True,
    "name": {"givenName": "Ana", "familyName": "Ruiz"},
    "emails": [{"type": "work", "value": "ana@example.com", "primary": True}],
    ENTERPRISE: {"department": "Sales", "manager": {"value": "1", "displayName": "Old"}},
}


def patched(*operations, resource=ANA):
    return apply_patch({"Operations": list(operations)}, resource, Kind.USER).resource


@pytest.mark.parametrize(
    ("operation", "path", "value"),
    [
        ({"op": "Add", "path": "title", "value": "Lead"}, "title", "Lead"),
        ({"op": "replace", "path": "name.givenName", "value": "Eva"}, "name.givenName", "Eva"),
        ({"op": "replace", "value": {"name.givenName": "Eva"}}, "name.givenName", "Eva"),
        ({"op": "replace", "path": "name", "value": {"givenName": "Eva"}},
         "name.familyName", "Ruiz"),
        ({"op": "Replace", "path": 'emails[type eq "work"].value', "value": "x@y"},
         'emails[type eq "work"].value', "x@y"),
        ({"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "1"},
         'phoneNumbers[type eq "mobile"].value', "1"),
        ({"op": "Replace", "path": 'phoneNumbers[type eq "work"].value', "value": "2"},
         'phoneNumbers[type eq "work"].value', "2"),
        ({"op": "Add", "path": "manager", "value": None}, "title", None),
        ({"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": "7"},
         f"{ENTERPRISE}:manager.value", "7"),
        ({"op": "Add", "path": f"{ENTERPRISE}:manager", "value": [{"$ref": None, "value": "7"}]},
         f"{ENTERPRISE}:manager.value", "7"),
        ({"op": "replace", "value": {f"{ENTERPRISE}:department": "Ops"}},
         f"{ENTERPRISE}:department", "Ops"),
        ({"op": "add", "value": {ENTERPRISE: {"division": "EU"}}},
         f"{ENTERPRISE}:department", "Sales"),
        ({"op": "remove", "path": ENTERPRISE}, f"{ENTERPRISE}:department", None),
        ({"op": "Remove", "path": 'emails[type eq "work"]'}, "emails", None),
        ({"op": "Remove", "path": "emails", "value": [{"value": "ana@example.com"}]},
         "emails", None),
        ({"op": "replace", "value": {"id": "other", "title": "Lead"}}, "title", "Lead"),
    ],
)  # fmt: skip
def test_an_operation_of_either_dialect_does_what_it_says(operation, path, value):
    assert AttributePath.parse(path).get(patched(operation)) == value


def test_a_second_primary_value_takes_the_flag_from_the_first():
    changed = patched({"op": "add", "path": "emails", "value": [{"value": "b@c", "primary": True}]})

    assert [one["primary"] for one in changed["emails"]] == [False, True]
    again = patched(
        {"op": "replace", "path": 'emails[type eq "work"].primary', "value": "True"},
        resource=changed,
    )
    assert [one["primary"] for one in again["emails"]] == [True, False]


def test_a_value_that_is_there_is_not_added_twice():
    changed = patched({"op": "add", "path": "emails", "value": ANA["emails"]})

    assert changed == cleaned(ANA, Kind.USER)


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "move", "path": "title"}, "invalidSyntax"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "add", "value": "Lead"}, "invalidSyntax"),
        ({"op": "add", "path": "na me", "value": "x"}, "invalidPath"),
        ({"op": "add", "path": 7, "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "replace", "path": "groups", "value": []}, "mutability"),
        ({"op": "remove", "path": "userName"}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": " "}, None),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "replace", "path": "name", "value": "Ana"}, "invalidValue"),
        ({"op": "replace", "path": 'emails[value co "z"].type', "value": "x"}, "noTarget"),
        ({"op": "replace", "path": "title", "value": {"a": 1}}, "invalidValue"),
    ],
)
def test_what_is_no_operation_is_refused_by_its_name(operation, scim_type):
    if scim_type is None:
        assert patched(operation)["userName"] == " "  # keys are judged where they are kept
        return
    with pytest.raises(Refusal) as refused:
        patched(operation)
    assert refused.value.scim_type == scim_type


PATHS = [
    AttributePath.parse(text)
    for text in (
        "title",
        "displayName",
        "name.givenName",
        'emails[type eq "work"].value',
        'phoneNumbers[type eq "mobile"].value',
        f"{ENTERPRISE}:department",
    )
]
TEXTS = st.none() | st.text("aB é💡\"'\\[]=", min_size=1, max_size=5)


@given(st.dictionaries(st.sampled_from(PATHS), TEXTS, max_size=4), st.sampled_from(list(Dialect)))
def test_what_our_own_client_writes_arrives_as_it_meant_it(values, dialect):
    before = cleaned(ANA, Kind.USER)
    changes = [Change(path, path.get(before), value) for path, value in values.items()]
    changes = [one for one in changes if one.old != one.new]
    if not changes:
        return

    after = apply_patch(patch_body(changes, dialect, before), before, Kind.USER).resource

    for one in changes:
        assert one.path.get(after) == one.new


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES, st.sampled_from(list(Kind)))
def test_any_json_at_all_is_a_resource_or_a_refusal(value, kind):
    for body in (value, {"Operations": value}, {"Operations": [{"op": "add", "value": value}]}):
        with suppress(Refusal):
            apply_patch(body, {"userName": "a", "displayName": "a"}, kind)
