"""Who may be provisioned, and every reason why not."""

from __future__ import annotations

import pytest

from provisioning.core.entitlement import Assigned, Subject, entitlement
from provisioning.core.resource import State
from provisioning.tests.core.definitions import ana, definition

SALES_ONLY = {
    "filters": [
        {
            "title": "Sales",
            "clauses": [{"attribute": "department", "operator": "EQUALS", "value": "Sales"}],
        }
    ]
}


def reasons(subject: Subject, **changes: object) -> list[str]:
    found = entitlement(definition(**changes), subject).reasons
    return [str(because.reason) for because in found]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (ana("agent"), []),
        (ana(), ["NotAssigned"]),
        (ana(""), ["DefaultAccessOnly"]),
        (ana("", "agent"), []),
        (ana("agent", state=State.DISABLED), ["NotActive"]),
        (ana("", state=State.SOFT_DELETED), ["DefaultAccessOnly", "NotActive"]),
    ],
)
def test_every_reason_that_applies_is_named(subject: Subject, expected: list[str]):
    assert reasons(subject) == expected


def test_default_access_counts_when_the_exclusion_is_off():
    assert reasons(ana(""), exclude_default_access=False) == []


def test_in_mode_all_nobody_needs_an_assignment_or_a_role():
    assert reasons(ana(), scope="all") == []
    assert reasons(ana(""), scope="all") == []


def test_a_filter_that_refuses_is_named_with_the_value_it_found():
    found = entitlement(definition(users=SALES_ONLY), ana("agent", department="Support"))

    (because,) = found.reasons
    assert because.reason == "FilterFailed"
    assert because.params["filters"] == [
        {"filter": "Sales", "attribute": "department", "operator": "EQUALS", "found": "Support"}
    ]


def test_a_filter_that_lets_in_is_no_reason():
    assert entitlement(definition(users=SALES_ONLY), ana("agent", department="Sales")).entitled


def test_a_reason_is_stored_with_what_its_sentence_needs():
    (because,) = entitlement(definition(), ana("agent", state=State.DISABLED)).reasons

    assert because.as_document() == {"reason": "NotActive", "params": {"state": "disabled"}}


def test_roles_reach_expressions_in_the_order_of_the_definition():
    subject = Subject(ana().source, [Assigned("supervisor"), Assigned("agent", "Contact centre")])

    view = subject.view(definition(), soft_deleted=False)

    assert view["appRoleAssignments"] == [
        {"value": "agent", "displayName": "Agent"},
        {"value": "supervisor", "displayName": "Supervisor"},
    ]
