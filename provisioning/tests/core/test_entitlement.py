"""Who may be provisioned, and every reason why not."""

from __future__ import annotations

import pytest

from provisioning.core.app_roles import Assigned
from provisioning.core.entitlement import Subject, entitlement
from provisioning.core.resource import Kind, SourceObject, State
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
        {
            "filter": "Sales",
            "number": 1,
            "attribute": "department",
            "operator": "EQUALS",
            "values": ["Sales"],
            "found": "Support",
        }
    ]


def test_what_only_the_application_may_see_is_not_told_of_a_filter():
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "title", "expression": "Redact([department])"},
    ]
    rules = definition(users={**SALES_ONLY, "attributes": rows})

    (secret,) = entitlement(rules, ana("agent", department="Support")).reasons
    (missing,) = entitlement(rules, ana("agent")).reasons

    assert secret.params["filters"][0]["found"] == "[Redact]"  # type: ignore[index,call-overload]
    assert missing.params["filters"][0]["found"] is None  # type: ignore[index,call-overload]


def test_a_filter_that_lets_in_is_no_reason():
    assert entitlement(definition(users=SALES_ONLY), ana("agent", department="Sales")).entitled


def test_a_reason_is_stored_with_what_its_sentence_needs():
    (because,) = entitlement(definition(), ana("agent", state=State.DISABLED)).reasons

    assert because.as_document() == {"reason": "NotActive", "params": {"state": "disabled"}}


def test_a_manager_is_asked_for_by_attributes_that_never_hide_the_persons_own():
    source = SourceObject("ana", Kind.USER, State.ACTIVE, {"manager.city": "Lyon"})
    subject = Subject(source, manager={"department": "Sales", "city": "Rome"})

    view = subject.view(definition(), soft_deleted=False)

    assert (view["manager.department"], view["manager.city"]) == ("Sales", "Lyon")


def test_a_reason_keeps_no_more_refusals_than_somebody_reads():
    clause = {"attribute": "department", "operator": "IS_NOT_NULL"}
    filters = [{"title": str(n), "clauses": [clause]} for n in range(30)]

    (because,) = entitlement(definition(users={"filters": filters}), ana("agent")).reasons

    assert [one["filter"] for one in because.params["filters"]] == [str(n) for n in range(20)]  # type: ignore[union-attr,index,call-overload]


def test_roles_reach_expressions_in_the_order_of_the_definition():
    subject = Subject(ana().source, [Assigned("supervisor"), Assigned("agent", "Contact centre")])

    view = subject.view(definition(), soft_deleted=False)

    assert view["appRoleAssignments"] == [
        {"value": "agent", "displayName": "Agent"},
        {"value": "supervisor", "displayName": "Supervisor"},
    ]


def test_the_reason_of_default_access_tells_the_groups_it_came_through_once():
    through = [Assigned("", name) for name in ("All staff", "", "All staff", "Guests")]

    (because,) = entitlement(definition(), Subject(ana().source, through)).reasons

    assert because.params == {"through": ["All staff", "Guests"]}


def test_filters_see_people_as_not_deleted_whoever_is_blocked():
    there = {"attribute": "IsSoftDeleted", "operator": "IS_FALSE"}
    rules = {"filters": [{"title": "Still here", "clauses": [there]}]}

    assert reasons(ana("agent"), users=rules) == []
    assert reasons(ana("agent", state=State.DISABLED), users=rules) == ["NotActive"]


@pytest.mark.parametrize(("filters", "told"), [(19, 19), (20, 20), (21, 20)])
def test_a_reason_keeps_twenty_refusals(filters: int, told: int):
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
    many = [{"title": f"{number}", "clauses": [clause]} for number in range(filters)]

    (because,) = entitlement(definition(users={"filters": many}), ana("agent")).reasons

    assert len(because.params["filters"]) == told  # type: ignore[arg-type]
