"""Whom a saved edit can affect is told by two definitions alone."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from provisioning.core.definition import ObjectMapping, read_definition
from provisioning.core.edits import OF_A_MAPPING, OF_THE_JOB, Reach, edit_between
from provisioning.core.gallery import find_template
from provisioning.engine.documents import PARTS

BEFORE: Any = find_template("genesys-cloud").document()


def edited(**document):
    return edit_between(read_definition(BEFORE), read_definition({**BEFORE, **document}))


def mappings(kind: str, **part):
    parts = BEFORE["mappings"]
    return {"mappings": {**parts, kind: {**parts[kind], **part}}}


def test_what_is_equal_affects_nobody():
    assert edited() == edited(dialect="rfc")
    assert (edited().users, edited().groups, edited().changed) == (Reach.NOBODY, Reach.NOBODY, ())


def test_limits_and_the_dialect_affect_nobody():
    edit = edited(dialect="entra", deletion_guard={"percent": 9, "at_least": 3, "at_most": 9})

    assert (edit.users, edit.groups) == (Reach.NOBODY, Reach.NOBODY)
    assert edit.changed == ("guard", "dialect")


def test_a_mapping_of_people_affects_people_with_accounts_and_no_group():
    rows = BEFORE["mappings"]["users"]["attributes"]
    edit = edited(**mappings("users", attributes=rows[:-1]))

    assert (edit.users, edit.groups) == (Reach.KNOWN, Reach.NOBODY)
    assert edit.changed == ("users.attributes",)


def test_a_filter_asks_of_everybody_whether_they_are_in():
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
    edit = edited(**mappings("users", filters=[{"title": "Sales", "clauses": [clause]}]))

    assert (edit.users, edit.groups) == (Reach.EVERYBODY, Reach.NOBODY)


@pytest.mark.parametrize(
    "document",
    [
        {"scope": "all"},
        {"nested_groups": True},
        {"exclude_default_access": False},
        {"roles": []},
    ],
)
def test_who_is_in_at_all_asks_of_people_and_groups(document):
    edit = edited(**document)

    assert (edit.users, edit.groups) == (Reach.EVERYBODY, Reach.EVERYBODY)
    assert edit.changed == tuple(document)


def test_what_happens_to_leavers_affects_who_has_an_account():
    assert edited(on_leaving_scope="delete").users is Reach.KNOWN


def test_groups_switched_off_affect_no_person():
    edit = edited(**mappings("groups", enabled=False))

    assert (edit.users, edit.groups) == (Reach.NOBODY, Reach.EVERYBODY)


def test_every_part_of_a_definition_has_its_reach_and_its_name():
    of_a_mapping = {one.name for one in fields(ObjectMapping)} - {"kind"}

    assert set(OF_A_MAPPING) == of_a_mapping
    named = {
        *OF_THE_JOB,
        *(f"{kind}.{one}" for kind in ("users", "groups") for one in OF_A_MAPPING),
    }
    assert set(PARTS) == named
