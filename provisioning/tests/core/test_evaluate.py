"""The one decision: each situation of a person, and the operation it leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioning.core.entitlement import Subject, entitlement
from provisioning.core.evaluate import Account, Decision, decide, matching_values
from provisioning.core.expressions import Context
from provisioning.core.leaving import Event
from provisioning.core.resource import Kind, SourceObject, State
from provisioning.core.urns import ENTERPRISE_USER
from provisioning.tests.core.definitions import ana, definition

NOW = datetime(2026, 11, 22, tzinfo=UTC)
AGREEING: dict[str, Any] = {
    "id": "42",
    "userName": "ana@contoso.example",
    "active": True,
    "displayName": "Ana Ruiz",
    "title": "Agent",
    "emails": [{"type": "work", "value": "ana@contoso.example"}],
}


def account(linked: bool = True, gone_since: datetime | None = None, **changes: Any) -> Account:
    left = {Event.HARD_DELETED: gone_since} if gone_since else {}
    return Account("42", {**AGREEING, **changes}, linked=linked, left=left)


def decided(subject: Subject, known: Account | None, **changes: Any) -> Decision:
    rules = definition(**changes)
    return decide(rules, subject, entitlement(rules, subject), known, NOW)


@pytest.mark.parametrize(
    ("subject", "known", "operation", "reason"),
    [
        (ana("agent"), None, "create", "NoMatchInTarget"),
        (ana("agent"), account(linked=False), "adopt", "MatchedInTarget"),
        (ana("agent"), account(), "unchanged", "RedundantExport"),
        (ana("agent", jobTitle="Lead"), account(), "update", "AttributesDiffer"),
        (ana("agent"), account(active=False), "enable", "BackInScope"),
        (ana(), None, "skip", "NotAssigned"),
        (ana(), account(), "disable", "NotAssigned"),
        (ana(""), account(), "disable", "DefaultAccessOnly"),
        (ana(), account(active=False), "skip", "NotAssigned"),
        (ana("agent", state=State.DISABLED), None, "skip", "NotActive"),
        (ana("agent", state=State.DISABLED), account(), "disable", "NotActive"),
        (ana("agent", state=State.SOFT_DELETED), account(), "disable", "NotActive"),
        (ana(state=State.GONE), account(), "disable", "NotAssigned"),
        (ana(), account(linked=False), "skip", "NotAssigned"),
    ],
)
def test_each_situation_has_its_operation(
    subject: Subject, known: Account | None, operation: str, reason: str
):
    decision = decided(subject, known)

    assert (decision.operation, decision.reason) == (operation, reason)
    assert decision.writes is (operation not in ("skip", "unchanged"))


@pytest.mark.parametrize(
    ("changes", "state", "operation"),
    [
        ({"on_leaving_scope": "delete"}, State.ACTIVE, "delete"),
        ({"on_leaving_scope": "nothing"}, State.ACTIVE, "skip"),
        ({"on_leaving_scope": "nothing"}, State.DISABLED, "disable"),
        ({"on_deletion": {"action": "nothing", "after": "0d"}}, State.GONE, "skip"),
        ({"on_deletion": {"action": "disable", "after": "0d"}}, State.GONE, "disable"),
        ({"on_deletion": {"action": "delete", "after": "0d"}}, State.GONE, "delete"),
    ],
)
def test_what_a_leaver_gets_is_a_setting(changes: dict[str, Any], state: State, operation: str):
    assert decided(ana(state=state), account(), **changes).operation == operation


@pytest.mark.parametrize(("days", "operation"), [(29, "skip"), (30, "delete"), (31, "delete")])
def test_who_is_gone_is_deleted_when_the_timer_has_run_out(days: int, operation: str):
    since = NOW - timedelta(days=days)

    decision = decided(ana(state=State.GONE), account(gone_since=since, active=False))

    assert decision.operation == operation


def test_leaving_is_told_only_through_attributes_that_are_mapped_to_it():
    rows = [{"target": "userName", "source": "userPrincipalName", "match": 1}]

    decision = decided(ana(), account(), users={"attributes": rows})

    assert decision.operation == "skip"


def test_a_leaver_gets_no_other_change_than_leaving():
    decision = decided(ana(jobTitle="Lead"), account())

    assert [(str(c.path), c.old, c.new) for c in decision.changes] == [("active", True, False)]


def test_without_the_create_action_somebody_new_is_left_out():
    decision = decided(ana("agent"), None, users={"actions": ["update"]})

    assert (decision.operation, decision.reason) == ("skip", "NoCounterpart")


def test_without_the_update_action_an_account_is_taken_over_as_it_is():
    only_new = {"actions": ["create"]}
    lead = ana("agent", jobTitle="Lead")

    adopted = decided(lead, account(linked=False), users=only_new)
    kept = decided(lead, account(), users=only_new)

    assert (adopted.operation, adopted.changes) == ("adopt", ())
    assert (kept.operation, kept.changes) == ("unchanged", ())
    assert decided(ana(), account(), users=only_new).operation == "skip"


@pytest.mark.parametrize("flag", ["True", "False"])
def test_a_preferred_number_is_created_only_with_its_number(flag: str):
    mobile = 'phoneNumbers[type eq "mobile"]'
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "displayName", "source": "displayName"},
        {"target": f"{mobile}.primary", "constant": flag},
        {"target": f"{mobile}.value", "source": "mobile"},
    ]

    without = decided(ana("agent"), None, users={"attributes": rows})
    having = decided(ana("agent", mobile="+331"), None, users={"attributes": rows})

    assert [str(change.path) for change in without.changes] == ["userName", "displayName"]
    assert [(str(change.path), change.new) for change in having.changes[2:]] == [
        (f"{mobile}.primary", flag == "True"),
        (f"{mobile}.value", "+331"),
    ]


def test_a_leaver_is_disabled_where_the_application_deletes_nobody():
    kept = {"actions": ["create", "update"]}

    assert decided(ana(), account(), on_leaving_scope="delete", users=kept).operation == "disable"


def test_who_is_blocked_but_still_assigned_is_not_deleted_as_a_leaver():
    blocked = ana("agent", state=State.DISABLED)

    assert decided(blocked, account(), on_leaving_scope="delete").operation == "disable"


def test_a_mapping_for_new_accounts_says_nothing_of_others():
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "active", "expression": "Not([IsSoftDeleted])", "apply": "on_create"},
        {"target": "title", "source": "jobTitle", "apply": "on_create"},
    ]
    users = {"attributes": rows}

    assert decided(ana("agent", jobTitle="Lead"), account(), users=users).operation == "unchanged"
    assert decided(ana(), account(), users=users).operation == "skip"


@pytest.mark.parametrize(
    ("target", "value", "operation"),
    [("active", True, "enable"), ("active", False, "update"), ("nickName", True, "update")],
)
def test_only_a_switch_to_active_is_a_return(target: str, value: bool, operation: str):
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": target, "constant": value},
    ]

    decision = decided(ana("agent"), account(active=None), users={"attributes": rows})

    assert decision.operation == operation


def test_a_manager_who_is_none_any_more_is_cleared_where_the_mapping_says_so():
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    manager = {"target": f"{enterprise}:manager", "source": "manager", "when_empty": "clear"}
    rows = [{"target": "userName", "source": "userPrincipalName", "match": 1}, manager]
    known = Account("42", {**AGREEING, enterprise: {"manager": {"value": "7"}}})

    decision = decided(ana("agent"), known, users={"attributes": rows})

    assert [(str(c.path), c.new) for c in decision.changes] == [(f"{enterprise}:manager", None)]
    assert decision.references == {}


def test_a_required_attribute_without_a_value_is_named():
    decision = decided(ana("agent", displayName=""), None)

    assert decision.operation == "skip"
    assert decision.reasons[0].params == {"properties": ["displayName"]}


def test_F18_a_value_the_target_keeps_in_its_own_way_is_not_sent_again():
    path = 'phoneNumbers[type eq "mobile"].value'
    kept = [{"type": "mobile", "value": "+33 6 00"}]
    known = Account(
        "42", {**AGREEING, "phoneNumbers": kept}, {path: {"sent": "+33600", "seen": "+33 6 00"}}
    )

    assert decided(ana("agent", mobile="+33600"), known).operation == "unchanged"
    assert decided(ana("agent", mobile="+33700"), known).operation == "update"


def test_a_reference_is_named_by_the_source_id_it_points_to():
    new = decided(ana("agent", manager="boss"), None)
    known = Account("42", {**AGREEING, ENTERPRISE_USER: {"manager": {"value": "7"}}})
    kept = decided(ana("agent", manager="boss"), known)

    manager = f"{ENTERPRISE_USER}:manager"
    assert new.references == kept.references == {manager: "boss"}
    assert manager not in [str(change.path) for change in (*new.changes, *kept.changes)]


def test_members_are_edges_of_a_group_and_none_of_its_attributes():
    held: dict[str, Any] = {"displayName": "Sales", "objectId": "g", "members": ["ana"]}
    group = Subject(SourceObject("g", Kind.GROUP, State.ACTIVE, held))
    known = Account("7", {"displayName": "Sales", "externalId": "old"})

    decision = decided(group, known, scope="all")

    assert [str(change.path) for change in decision.changes] == ["externalId"]
    assert decision.references == {}


def test_matching_values_come_by_precedence_and_empty_ones_are_passed_over():
    rows = [
        {"target": "externalId", "source": "employeeId", "match": 1},
        {"target": "userName", "source": "userPrincipalName", "match": 2},
    ]
    rules = definition(users={"attributes": rows})

    both = matching_values(rules, ana("agent", employeeId="007"), NOW)
    one = matching_values(rules, ana("agent"), NOW)

    assert [(str(path), value) for path, value in both] == [
        ("externalId", "007"),
        ("userName", "ana@contoso.example"),
    ]
    assert [str(path) for path, _ in one] == ["userName"]


def test_who_is_looked_up_is_looked_up_as_somebody_who_is_there():
    told = {"target": "userName", "expression": 'IIF([IsSoftDeleted], "gone", [mail])', "match": 1}

    found = matching_values(definition(users={"attributes": [told]}), ana("agent"), NOW)

    assert [value for _, value in found] == ["ana@contoso.example"]


def test_two_attributes_filled_by_chance_are_filled_apart_and_the_same_again():
    rules = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "displayName", "source": "displayName"},
        {"target": "title", "expression": "Guid()", "apply": "on_create"},
        {"target": "nickName", "expression": "Guid()", "apply": "on_create"},
    ]
    subject = replace(ana("agent"), context=Context(seed=b"drawn once for Ana"))

    decision = decided(subject, None, users={"attributes": rules})

    _, _, title, nick = (change.new for change in decision.changes)
    assert title != nick
    assert decided(subject, None, users={"attributes": rules}) == decision
