"""The trace of every mapping agrees with the decision, and says why a mapping had no say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.entitlement import Subject, entitlement
from provisioning.core.evaluate import Account, decide
from provisioning.core.expressions import Context
from provisioning.core.resource import Kind, SourceObject, State
from provisioning.core.value_traces import (
    STAGES,
    Stage,
    ValueTrace,
    agrees,
    stage_now,
    value_traces,
)
from provisioning.core.vocabulary import Operation
from provisioning.tests.core.definitions import ana, definition

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MATCH = {"target": "userName", "source": "userPrincipalName", "match": 1}
NAME = {"target": "displayName", "source": "displayName"}
LINKED = Account("42", {"id": "42", "active": True})


def traces(
    *rows: dict[str, Any], stage: Stage = Stage.CREATE, subject: Subject | None = None, **users: Any
) -> dict[str, ValueTrace]:
    """What each of these mappings did for Ana, beside the two that everybody needs."""
    rules = definition(users={"attributes": [MATCH, NAME, *rows], **users})
    found = value_traces(rules, subject or ana("agent"), stage, NOW)
    return {one.target: one for one in found}


def title(row: dict[str, Any], stage: Stage = Stage.CREATE, **attributes: Any) -> ValueTrace:
    subject = ana("agent", **attributes)
    return traces({"target": "title", **row}, stage=stage, subject=subject)["title"]


@pytest.mark.parametrize(
    ("row", "stage", "flow", "applied", "value"),
    [
        ({"source": "jobTitle"}, Stage.CREATE, "value", True, "Agent"),
        ({"source": "jobTitle"}, Stage.UPDATE, "value", True, "Agent"),
        ({"source": "none", "default": "Lead"}, Stage.CREATE, "default", True, "Lead"),
        ({"source": "none", "default": "Lead"}, Stage.UPDATE, "empty", False, None),
        ({"source": "none", "when_empty": "clear"}, Stage.UPDATE, "cleared", True, None),
        ({"source": "none", "when_empty": "clear"}, Stage.CREATE, "empty", False, None),
        ({"constant": "X", "apply": "on_create"}, Stage.CREATE, "value", True, "X"),
        ({"constant": "X", "apply": "on_create"}, Stage.UPDATE, "creation_only", False, None),
        ({"source": "jobTitle"}, Stage.LEAVE, "not_told_of_leaving", False, None),
        ({"source": "jobTitle"}, Stage.NOTHING, "nothing_sent", False, "Agent"),
        ({"expression": "Item([jobTitle], [jobTitle])"}, Stage.UPDATE, "failed", False, None),
    ],
)
def test_each_mapping_says_what_became_of_its_value(row, stage, flow, applied, value):
    told = title(row, stage)

    assert (told.flow, told.applied, told.value) == (flow, applied, value)


def test_the_steps_are_those_of_the_expression_and_reading_is_a_step_of_its_own():
    upper = title({"expression": "ToUpper([jobTitle])"})
    direct = title({"source": "jobTitle"})
    constant = title({"constant": "Agent"})

    assert [(one.text, one.inputs, one.value) for one in upper.steps] == [
        ("[jobTitle]", (), "Agent"),
        ("ToUpper([jobTitle])", ("Agent",), "AGENT"),
    ]
    assert [(one.text, one.value) for one in direct.steps] == [("[jobTitle]", "Agent")]
    assert (constant.steps, str(constant.rule.source)) == ((), '"Agent"')


def test_the_value_is_in_the_type_that_is_sent():
    told = traces({"target": "active", "expression": 'Switch([jobTitle], "True", "x", "False")'})

    assert (told["active"].steps[-1].value, told["active"].value) == ("True", True)


def test_a_leaver_is_told_through_the_leavers_flag():
    row = {"target": "active", "expression": "Not([IsSoftDeleted])"}

    told = traces(row, stage=Stage.LEAVE)["active"]

    assert (told.applied, told.value, told.steps[0].value) == (True, False, True)


def test_a_reference_says_that_it_is_one_and_keeps_the_directory_s_id():
    row = {"target": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"}

    told = traces({**row, "source": "manager"}, subject=ana("agent", manager="boss"))

    assert (told[row["target"]].is_reference, told[row["target"]].value) == (True, "boss")


@pytest.mark.parametrize(
    ("row", "attributes"),
    [
        ({"expression": "Item([jobTitle], [jobTitle])"}, {}),
        ({"source": "jobTitle"}, {"displayName": ""}),
        ({"source": "jobTitle"}, {"userPrincipalName": ""}),
    ],
)
def test_one_failure_or_a_missing_required_or_matching_value_holds_everything_up(row, attributes):
    told = traces({"target": "title", **row}, subject=ana("agent", **attributes))

    assert not any(one.applied for one in told.values())
    assert "held_up" in [one.flow for one in told.values()]


def test_what_is_missing_holds_nobody_up_who_has_an_account():
    told = traces(stage=Stage.UPDATE, subject=ana("agent", displayName=""))

    assert [one.applied for one in told.values()] == [True, False]


@pytest.mark.parametrize(
    ("stage", "actions"), [(Stage.CREATE, ["update"]), (Stage.UPDATE, ["create"])]
)
def test_where_the_application_is_not_written_to_no_mapping_has_a_say(stage, actions):
    told = traces(stage=stage, actions=actions)

    assert {one.flow for one in told.values()} == {"action_off"}


def test_members_are_no_value_but_edges():
    group = Subject(SourceObject("g1", Kind.GROUP, State.ACTIVE, {"displayName": "Sales"}))

    found = value_traces(definition(), group, Stage.UPDATE, NOW)

    assert {one.target: str(one.flow) for one in found}["members"] == "members"


@pytest.mark.parametrize(
    "expression", ["Redact([jobTitle])", "Redact(Item([jobTitle], [jobTitle]))"]
)
def test_what_is_redacted_shows_neither_value_nor_step_nor_message(expression):
    told = title({"expression": expression}, jobTitle="s3cret")

    assert told.value in (None, "[Redact]")
    assert (told.steps, told.error) == ((), None)
    assert "s3cret" not in repr(told)


def test_a_redacted_value_that_is_missing_is_no_secret():
    assert title({"expression": "Redact([none])"}).value is None


@pytest.mark.parametrize(
    ("subject", "account", "stage"),
    [
        (ana("agent"), None, Stage.CREATE),
        (ana("agent"), LINKED, Stage.UPDATE),
        (ana(""), None, Stage.NOTHING),
        (ana(""), LINKED, Stage.LEAVE),
        (ana(""), replace(LINKED, resource={"active": False}), Stage.NOTHING),
    ],
)
def test_the_stage_is_what_would_be_decided_now(subject, account, stage):
    assert stage_now(definition(), subject, account, NOW) is stage


def test_a_leaver_whose_flag_cannot_be_evaluated_is_a_leaver_all_the_same():
    rows = [MATCH, NAME, {"target": "active", "expression": "Item([IsSoftDeleted], [n])"}]
    rules = definition(users={"attributes": rows})

    assert stage_now(rules, ana("", n="x"), LINKED, NOW) is Stage.LEAVE


def test_of_what_is_deleted_or_skipped_no_attribute_is_sent():
    silent = {Operation.DELETE, Operation.SKIP, Operation.MEMBERSHIP, Operation.FAILED}

    assert set(Operation) - set(STAGES) == silent | {Operation.HELD}


CHANCE = {"target": "nickName", "expression": 'Append("x", Guid())'}
CLOCK = {"target": "locale", "expression": 'FormatDateTime(Now(), , "", "yyyy")'}


@given(
    title=st.sampled_from(["", "Lead"]),
    default=st.sampled_from([None, "Agent"]),
    clears=st.booleans(),
    on_create=st.booleans(),
    account=st.sampled_from([None, LINKED]),
)
def test_what_is_applied_is_exactly_what_is_decided(title, default, clears, on_create, account):
    """Chance and clock included: trace and decision draw from the same source."""
    row = {
        "target": "title",
        "source": "jobTitle",
        "default": default,
        "when_empty": "clear" if clears else "leave",
        "apply": "on_create" if on_create else "always",
    }
    rules = definition(users={"attributes": [MATCH, NAME, row, CHANCE]})
    subject = replace(ana("agent", jobTitle=title), context=Context(seed=b"one"))
    held = account and replace(account, resource={"title": "Old"})

    decision = decide(rules, subject, entitlement(rules, subject), held, NOW)
    stage = stage_now(rules, subject, held, NOW)

    applied = {one.target: one.value for one in value_traces(rules, subject, stage, NOW)
               if one.applied}  # fmt: skip
    decided = {str(change.path): change.new for change in decision.changes}
    assert applied == decided


@pytest.mark.parametrize(
    ("row", "decided", "same"),
    [
        ({"target": "title", "source": "jobTitle"}, "Agent", True),
        ({"target": "title", "source": "jobTitle"}, "Lead", False),
        ({"target": "title", "source": "none"}, "Lead", False),
        ({"target": "title", "expression": "Redact([jobTitle])"}, "[Redact]", True),
        ({"target": "active", "expression": 'ToLower("TRUE")'}, True, True),
    ],
)
def test_what_was_decided_agrees_with_what_the_trace_explains(row, decided, same):
    told = traces(row, stage=Stage.UPDATE)[row["target"]]

    assert agrees(told, Kind.USER, decided) is same


def test_of_a_reference_nobody_can_tell_by_the_directory_s_id():
    path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
    told = traces({"target": path, "source": "manager"}, subject=ana("agent", manager="boss"))

    assert agrees(told[path], Kind.USER, {"value": "42"})
