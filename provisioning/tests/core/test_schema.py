"""The characteristics of attributes, and values in their types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scim2_models import Attribute, EnterpriseUser, Group, User

from provisioning.core.attribute_path import AttributePath
from provisioning.core.resource import Kind
from provisioning.core.schema import (
    Characteristics,
    Mutability,
    Type,
    Uniqueness,
    as_typed,
    characteristics,
    is_reference,
    required_paths,
)
from provisioning.core.urns import CORE_USER, ENTERPRISE_USER, GENESYS_USER

path = AttributePath.parse


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("userName", Kind.USER, {"required": True, "uniqueness": Uniqueness.SERVER}),
        (f"{CORE_USER}:USERNAME", Kind.USER, {"required": True, "uniqueness": Uniqueness.SERVER}),
        ("userName", Kind.GROUP, {}),
        ("displayName", Kind.USER, {}),
        ("displayName", Kind.GROUP, {"required": True}),
        ("externalId", Kind.GROUP, {"case_exact": True}),
        ("active", Kind.USER, {"type": Type.BOOLEAN}),
        ("emails", Kind.USER, {"type": Type.COMPLEX, "multi_valued": True}),
        ('emails[type eq "work"].value', Kind.USER, {}),
        ('emails[type eq "work"].primary', Kind.USER, {"type": Type.BOOLEAN}),
        ("password", Kind.USER, {"case_exact": True, "mutability": Mutability.WRITE_ONLY}),
        ("members", Kind.GROUP, {"type": Type.REFERENCE, "multi_valued": True}),
        (f"{ENTERPRISE_USER}:manager", Kind.USER, {"type": Type.REFERENCE}),
        (f"{ENTERPRISE_USER}:dateHire", Kind.USER, {"type": Type.DATE_TIME}),
        (f"{ENTERPRISE_USER}:costCenter", Kind.USER, {}),
        (
            f"{GENESYS_USER}:routingSkills",
            Kind.USER,
            {"type": Type.COMPLEX, "multi_valued": True, "plain": "name"},
        ),
        (
            f"{GENESYS_USER}:routingSkills[name eq 'a'].proficiency",
            Kind.USER,
            {"type": Type.DECIMAL},
        ),
        ("urn:example:own:1.0:Thing:colour", Kind.USER, {}),
    ],
)
def test_an_attribute_has_the_characteristics_of_its_schema(text, kind, expected):
    assert characteristics(path(text), kind) == Characteristics(**expected)


def published() -> Iterator[tuple[Kind, AttributePath, Attribute]]:
    """Every attribute and sub-attribute of RFC 7643, 8.7.1, as scim2-models publishes them."""
    for kind, model, urn in (
        (Kind.USER, User, None),
        (Kind.USER, EnterpriseUser, ENTERPRISE_USER),
        (Kind.GROUP, Group, None),
    ):
        for one in model.to_schema().attributes or []:
            yield kind, AttributePath(urn, str(one.name)), one
            for sub in one.sub_attributes or []:
                yield kind, AttributePath(urn, str(one.name), None, str(sub.name)), sub


OUR_REFERENCES = {"manager", "manager.value", "members", "members.value", "groups", "groups.value"}
"""The ids of other resources; see `Type`."""
NOT_ASKED_OF_A_CLIENT = {"manager.value", "manager.$ref"}
"""RFC 7643, 4.3 recommends them; scim2-models takes them for required."""


def test_every_attribute_of_the_rfcs_schemas_has_the_characteristics_it_has_there():
    found = list(published())
    for kind, there, theirs in found:
        ours, name = characteristics(there, kind), str(there).rpartition(":")[2]
        plain = Type.STRING if theirs.type == Attribute.Type.reference else Type(str(theirs.type))
        assert ours == Characteristics(
            type=Type.REFERENCE if name in OUR_REFERENCES else plain,
            multi_valued=bool(theirs.multi_valued),
            case_exact=bool(theirs.case_exact),
            required=bool(theirs.required) and name not in NOT_ASKED_OF_A_CLIENT,
            mutability=Mutability(theirs.mutability.value),
            uniqueness=Uniqueness(theirs.uniqueness.value if theirs.uniqueness else "none"),
        ), str(there)
    assert len(found) > 80


def test_a_resource_needs_what_its_kind_requires():
    assert required_paths(Kind.USER) == (path("userName"),)
    assert required_paths(Kind.GROUP) == (path("displayName"),)


def test_genesys_also_requires_a_display_name():
    assert required_paths(Kind.USER, [GENESYS_USER]) == (path("userName"), path("displayName"))


@pytest.mark.parametrize(
    ("text", "kind", "points"),
    [
        (f"{ENTERPRISE_USER}:manager", Kind.USER, True),
        (f"{ENTERPRISE_USER}:manager.value", Kind.USER, True),
        (f"{ENTERPRISE_USER}:manager.displayName", Kind.USER, False),
        ("members", Kind.GROUP, True),
        ("members", Kind.USER, False),
        ("profileUrl", Kind.USER, False),
    ],
)
def test_references_point_to_other_resources(text, kind, points):
    assert is_reference(path(text), kind) is points


@pytest.mark.parametrize(
    ("text", "value", "typed"),
    [
        ("active", "True", True),
        ("active", " false ", False),
        ("active", "perhaps", "perhaps"),
        ("active", True, True),
        ("displayName", "True", "True"),
        ("roles", "agent", [{"value": "agent"}]),
        (
            "roles",
            ["agent", {"value": "b", "type": "c"}],
            [{"value": "agent"}, {"value": "b", "type": "c"}],
        ),
        ('roles[primary eq "True"].value', "agent", "agent"),
        ("schemas", "urn:x", ["urn:x"]),
        (f"{ENTERPRISE_USER}:manager", "7", {"value": "7"}),
        (f"{ENTERPRISE_USER}:manager", {"value": "7"}, {"value": "7"}),
        (f"{ENTERPRISE_USER}:manager", None, None),
        (f"{ENTERPRISE_USER}:manager.value", "7", "7"),
        (f'{GENESYS_USER}:routingSkills[name eq "a"].proficiency', "4.5", 4.5),
        (f'{GENESYS_USER}:routingSkills[name eq "a"].proficiency', "much", "much"),
        (f'{GENESYS_USER}:routingSkills[name eq "a"].proficiency', "nan", "nan"),
        (f'{GENESYS_USER}:routingSkills[name eq "a"].proficiency', "1" * 400, "1" * 400),
    ],
)
def test_a_value_takes_the_type_of_its_attribute(text, value, typed):
    assert as_typed(path(text), Kind.USER, value) == typed
    assert type(as_typed(path(text), Kind.USER, value)) is type(typed)
