"""What a mapping makes of one person: direct, constant, default, empty values left or cleared."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.attribute_path import AttributePath
from provisioning.core.expressions import Context
from provisioning.core.mapping import AttributeMapping, desired_values
from provisioning.tests.core.definitions import definition

MATCH = {"target": "userName", "source": "userPrincipalName", "match": 1}


def wanted(row: dict[str, Any], attributes: dict[str, Any], *, creating: bool) -> Any:
    """What the row asks for; "left alone" when it asks for nothing."""
    users = definition(users={"attributes": [MATCH, {"target": "title", **row}]}).users
    found = desired_values(users.attributes[1:], attributes, Context(), creating=creating)
    return found.get(AttributePath.parse("title"), "left alone")


@pytest.mark.parametrize(
    ("row", "job", "created", "updated"),
    [
        ({"source": "job"}, "Lead", "Lead", "Lead"),
        ({"source": "job"}, None, "left alone", "left alone"),
        ({"source": "job"}, "", "left alone", "left alone"),
        ({"source": "job"}, False, False, False),
        ({"source": "job"}, 0, 0, 0),
        ({"source": "job"}, [], "left alone", "left alone"),
        ({"source": "job", "default": "Agent"}, None, "Agent", "left alone"),
        ({"source": "job", "default": "Agent"}, "Lead", "Lead", "Lead"),
        ({"source": "job", "apply": "on_create"}, "Lead", "Lead", "left alone"),
        ({"source": "job", "when_empty": "clear"}, None, "left alone", None),
        ({"source": "job", "when_empty": "clear", "default": "Agent"}, "", "Agent", None),
        (
            {"source": "job", "when_empty": "clear", "apply": "on_create"},
            "",
            "left alone",
            "left alone",
        ),
        ({"constant": "Agent"}, "Lead", "Agent", "Agent"),
        ({"constant": False}, None, False, False),
        ({"expression": "ToUpper([job])"}, "Lead", "LEAD", "LEAD"),
    ],
)
def test_a_mapping_asks_for_its_value(row: dict[str, Any], job: Any, created: Any, updated: Any):
    attributes = {} if job is None else {"job": job}

    assert wanted(row, attributes, creating=True) == created
    assert wanted(row, attributes, creating=False) == updated


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ({"source": "job"}, {"job"}),
        ({"constant": "Agent"}, set()),
        ({"expression": 'Join(" ", [a], [b])'}, {"a", "b"}),
    ],
)
def test_a_mapping_knows_which_attributes_it_reads(row: dict[str, Any], read: set[str]):
    users = definition(users={"attributes": [MATCH, {"target": "title", **row}]}).users

    assert users.attributes[1].source.attributes == read


def test_only_a_mapping_of_the_leavers_flag_tells_of_leaving():
    telling = [str(rule.target) for rule in definition().users.attributes if rule.tells_leaving]

    assert telling == ["active"]


def test_a_mapping_without_a_value_to_keep_from_others_hides_nothing():
    rules: tuple[AttributeMapping, ...] = definition().users.attributes

    assert not any(rule.redacts or rule.selects_unique for rule in rules)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"source": "jobTitle"}, "[jobTitle]"),
        ({"constant": "Agent"}, '"Agent"'),
        ({"expression": "ToLower( [jobTitle] )"}, "ToLower([jobTitle])"),
    ],
)
def test_a_mapping_names_its_source_as_an_expression_would(row: dict[str, Any], told: str):
    users = definition(users={"attributes": [MATCH, {"target": "title", **row}]}).users

    assert str(users.attributes[1].source) == told
