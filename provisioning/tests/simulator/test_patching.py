"""PATCH by every form of path and value, in both dialects, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning.tests.simulator.caller import ENTERPRISE, PURECLOUD, Caller, calling, op

WORK = {"type": "work", "value": "+331", "primary": True}
MOBILE = {"type": "mobile", "value": "+336"}


@pytest.fixture
def target() -> Iterator[Caller]:
    with calling() as running:
        yield running


@pytest.fixture
def plain() -> Iterator[Caller]:
    with calling(personality="scim") as running:
        yield running


@pytest.mark.parametrize(
    ("operation", "attribute", "value"),
    [
        (op("replace", "title", "Lead"), "title", "Lead"),
        (op("add", "title", "Lead"), "title", "Lead"),
        (op("add", "TITLE", "Lead"), "title", "Lead"),
        (op("remove", "title"), "title", None),
        (op("replace", None, {"title": "Lead"}), "title", "Lead"),
        (op("replace", "title", None), "title", None),
        (op("add", f"{ENTERPRISE}:department", "D"), ENTERPRISE, {"department": "D"}),
        (op("add", ENTERPRISE, {"department": "D"}), ENTERPRISE, {"department": "D"}),
        (op("add", None, {ENTERPRISE: {"department": "D"}}), ENTERPRISE, {"department": "D"}),
        (op("add", None, {f"{ENTERPRISE}:department": "D"}), ENTERPRISE, {"department": "D"}),
        (op("remove", ENTERPRISE), ENTERPRISE, None),
        (op("add", "phoneNumbers", [MOBILE]), "phoneNumbers", [WORK, MOBILE]),
        (op("add", "phoneNumbers", [WORK]), "phoneNumbers", [WORK]),
        (op("replace", "phoneNumbers", [MOBILE]), "phoneNumbers", [MOBILE]),
        (op("replace", "phoneNumbers", []), "phoneNumbers", None),
        (op("remove", "phoneNumbers"), "phoneNumbers", None),
        (op("remove", 'phoneNumbers[type eq "work"]'), "phoneNumbers", None),
        (op("remove", 'phoneNumbers[type eq "home"]'), "phoneNumbers", [WORK]),
        (op("remove", 'phoneNumbers[type eq "work"].value'), "phoneNumbers", None),
        (
            op("remove", 'phoneNumbers[type eq "work"].primary'),
            "phoneNumbers",
            [{"type": "work", "value": "+331"}],
        ),
        (
            op("replace", 'phoneNumbers[type eq "work"].value', "+332"),
            "phoneNumbers",
            [{**WORK, "value": "+332"}],
        ),
        (
            op("replace", 'phoneNumbers[type eq "work"]', {"type": "work", "value": "+332"}),
            "phoneNumbers",
            [{"type": "work", "value": "+332"}],
        ),
        (
            op("add", "phoneNumbers", [{**MOBILE, "primary": True}]),
            "phoneNumbers",
            [{**WORK, "primary": False}, {**MOBILE, "primary": True}],
        ),
        (op("remove", "phoneNumbers", [{"value": "+331"}]), "phoneNumbers", None),
        (op("replace", 'phoneNumbers[type eq "work"].value', ""), "phoneNumbers", None),
    ],
)
def test_an_operation_leaves_the_attribute_as_expected(target, operation, attribute, value):
    user = target.user(title="Agent", phoneNumbers=[WORK])

    answer = target.patch(f"/Users/{user['id']}", operation)

    assert answer.status_code == 200, answer.text
    held = answer.json().get(attribute)
    if attribute == ENTERPRISE and held is not None:
        held.pop("division", None)
    assert held == value


def test_entras_operations_are_accepted_in_one_request(target):
    user = target.user()

    answer = target.patch(
        f"/Users/{user['id']}",
        op("Replace", "active", "False"),
        op("Add", "displayName", "Ana Ruiz"),
        op("Add", 'phoneNumbers[type eq "work"].value', "+331"),
        op("Add", 'emails[type eq "work"].value', "w@example.org"),
        op("Add", "roles", "agent"),
        op("Add", f"{PURECLOUD}:externalIds[authority eq 'microsoftteams'].value", "T1"),
    ).json()

    assert (answer["active"], answer["displayName"]) == (False, "Ana Ruiz")
    assert answer["phoneNumbers"] == [{"type": "work", "value": "+331"}]
    assert answer["emails"][1] == {"type": "work", "value": "w@example.org"}
    assert {"value": "agent"} in answer["roles"]
    assert answer[PURECLOUD]["externalIds"] == [{"authority": "microsoftteams", "value": "T1"}]


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        (op("remove"), "noTarget"),
        (op("replace", None, "text"), "invalidSyntax"),
        (op("change", "title", "x"), "invalidSyntax"),
        (op("replace", "id", "x"), "mutability"),
        (op("replace", "meta.version", "9"), "mutability"),
        (op("replace", 'title[type eq "x"]', "x"), "invalidPath"),
        (op("replace", "phoneNumbers[type eq", "x"), "invalidPath"),
        (op("replace", 'phoneNumbers[nothing eq "x"].value', "x"), "invalidFilter"),
        (op("remove", "userName"), "invalidValue"),
        (op("replace", "active", "perhaps"), "invalidValue"),
        (op("remove", 'emails[type eq "other"]'), "mutability"),
        ("nothing", "invalidSyntax"),
    ],
)
def test_a_wrong_operation_is_refused_and_changes_nothing(target, operation, scim_type):
    user = target.user(title="Agent")

    answer = target.patch(f"/Users/{user['id']}", op("replace", "title", "Lead"), operation)

    assert (answer.status_code, answer.json()["scimType"]) == (400, scim_type)
    assert target.get(f"/Users/{user['id']}").json() == user


def test_unknown_paths_are_ignored_by_genesys_cloud(target):
    user = target.user()

    answer = target.patch(
        f"/Users/{user['id']}",
        op("add", "name.givenName", "Ana"),
        op("replace", None, {"nickName": "A", "title": "Lead"}),
    )

    assert (answer.status_code, answer.json()["title"]) == (200, "Lead")


def test_the_plain_server_merges_a_complex_attribute(plain):
    user = plain.user(name={"givenName": "Ana", "familyName": "Ruiz"})

    merged = plain.patch(f"/Users/{user['id']}", op("add", "name", {"givenName": "Anna"}))
    one = plain.patch(f"/Users/{user['id']}", op("replace", "name.familyName", "Diaz"))
    gone = plain.patch(f"/Users/{user['id']}", op("remove", "name.givenName"))

    assert merged.json()["name"] == {"givenName": "Anna", "familyName": "Ruiz"}
    assert one.json()["name"] == {"givenName": "Anna", "familyName": "Diaz"}
    assert gone.json()["name"] == {"familyName": "Diaz"}


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        (op("replace", "nothing", "x"), "invalidPath"),
        (op("replace", 'emails[type eq "home"].value', "x"), "noTarget"),
        (op("replace", "active", "true"), "invalidValue"),
        (op("replace", "emails", {"value": "x"}), "invalidValue"),
        (op("remove", "emails", [{"value": "w@example.org"}]), "invalidSyntax"),
        (op("replace", f"{ENTERPRISE}:manager", "text"), "invalidValue"),
    ],
)
def test_the_plain_server_is_strict(plain, operation, scim_type):
    user = plain.user(emails=[{"type": "work", "value": "w@example.org"}])

    answer = plain.patch(f"/Users/{user['id']}", operation)

    assert (answer.status_code, answer.json()["scimType"]) == (400, scim_type)


def test_the_plain_server_wants_the_schema_of_a_patch(plain):
    user = plain.user()
    body = {"Operations": [op("replace", "title", "x")]}

    answer = plain.send("PATCH", f"/Users/{user['id']}", json=body)

    assert answer.json()["scimType"] == "invalidSyntax"
