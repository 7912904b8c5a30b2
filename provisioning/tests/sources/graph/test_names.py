"""Graph's names and the directory's; what is asked for, and what an item says."""

from __future__ import annotations

from provisioning.sources.base import Part
from provisioning.sources.graph.names import attributes, read_names, selection

EXTENSION = "extension_0123456789abcdef0123456789abcdef_costCode"


def chosen(part: Part, *used: str) -> list[str]:
    return selection(part, read_names(part, used)).split(",")


def test_the_selection_is_what_is_used_and_what_is_always_needed():
    asked = chosen(Part.USERS, "department", "mobile", "telephoneNumber", "objectId", EXTENSION)

    assert {"department", "mobilePhone", "businessPhones", EXTENSION} < set(asked)
    assert {"id", "accountEnabled", "userType", "manager"} < set(asked)
    assert "onPremisesExtensionAttributes" in asked
    assert not {"objectId", "city", "mobile"} & set(asked)
    assert len(asked) == len(set(asked))


def test_the_order_of_use_does_not_matter():
    assert chosen(Part.USERS, "city", "state") == chosen(Part.USERS, "state", "city")


def test_groups_are_read_with_their_members():
    assert chosen(Part.GROUPS)[-1] == "members"
    assert "securityEnabled" in chosen(Part.GROUPS)


def test_values_are_told_under_the_names_of_mappings():
    names = read_names(
        Part.USERS,
        ["mobile", "telephoneNumber", "physicalDeliveryOfficeName", "division", "otherMails"],
    )
    item = {
        "displayName": "Ana",
        "mobilePhone": "+33 6 12",
        "businessPhones": ["+33 1 23", "+33 1 99"],
        "officeLocation": "Lyon",
        "accountEnabled": False,
        "employeeOrgData": {"division": "North", "costCenter": None},
        "onPremisesExtensionAttributes": {"extensionAttribute3": "x", "extensionAttribute4": None},
        "otherMails": ["a@example.org"],
    }

    said = attributes(Part.USERS, names, item)

    assert {name: value for name, value in said.items() if value is not None} == {
        "displayName": "Ana",
        "mobile": "+33 6 12",
        "telephoneNumber": "+33 1 23",
        "physicalDeliveryOfficeName": "Lyon",
        "accountEnabled": False,
        "division": "North",
        "extensionAttribute3": "x",
        "otherMails": ["a@example.org"],
    }


def test_null_empty_and_never_set_are_told_apart():
    said = attributes(
        Part.USERS, ["mail", "telephoneNumber", "city"], {"mail": None, "businessPhones": []}
    )

    assert said == {"mail": None, "telephoneNumber": None}


def test_a_nul_character_is_replaced():
    said = attributes(Part.USERS, ["displayName"], {"displayName": "A\x00na"})

    assert said == {"displayName": "A\N{REPLACEMENT CHARACTER}na"}
