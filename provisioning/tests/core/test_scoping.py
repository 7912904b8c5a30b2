"""Scoping filters: filters are joined by OR, clauses by AND, and a refusal says who said no."""

from __future__ import annotations

import pytest

from provisioning.core.errors import FilterError
from provisioning.core.scoping import Clause, Filter, Refusal, judge


def where(attribute: str, operator: str, value: object = None, **more: object) -> Clause:
    """One clause as the configuration file has it."""
    return Clause.parse({"attribute": attribute, "operator": operator, "value": value, **more})


BERLIN = Filter("Berlin", (where("city", "EQUALS", "Berlin"),))
PARIS = Filter("Paris", (where("city", "EQUALS", "Paris"),))
PARIS_SALES = Filter(
    "Paris sales", (where("city", "EQUALS", "Paris"), where("department", "EQUALS", "Sales"))
)


@pytest.mark.parametrize(
    ("filters", "city", "in_scope"),
    [
        ([], "Rome", True),
        ([BERLIN], "Berlin", True),
        ([BERLIN, PARIS], "Paris", True),
        ([BERLIN, PARIS], "Rome", False),
        ([BERLIN, PARIS], None, False),
    ],
)
def test_filters_are_joined_by_or(filters, city, in_scope):
    assert judge(filters, {"city": city}).in_scope is in_scope


@pytest.mark.parametrize(
    ("city", "department", "in_scope"),
    [("Paris", "Sales", True), ("Paris", "IT", False), ("Rome", "Sales", False)],
)
def test_clauses_are_joined_by_and(city, department, in_scope):
    attributes = {"city": city, "department": department}

    assert judge([PARIS_SALES], attributes).in_scope is in_scope


def test_a_refusal_names_the_filter_the_clause_and_the_value_found():
    verdict = judge([BERLIN, PARIS_SALES], {"city": "Paris", "department": "IT"})

    assert verdict.refusals == (
        Refusal(BERLIN, BERLIN.clauses[0], "Paris"),
        Refusal(PARIS_SALES, PARIS_SALES.clauses[1], "IT", number=2),
    )


def test_every_clause_that_refuses_is_named_because_each_would_have_to_change():
    verdict = judge([PARIS_SALES], {"city": "Rome", "department": "IT"})

    assert [(one.clause.attribute, one.found) for one in verdict.refusals] == [
        ("city", "Rome"),
        ("department", "IT"),
    ]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ("IT", "IT"),
        (None, None),
        ("", None),
        ([], None),
        (True, True),
        (["a", "b"], ["a", "b"]),
        ([{"value": "agent", "displayName": "Agent"}], ["agent", "Agent"]),
        ("x" * 500, "x" * 200 + "…"),
        ([str(n) for n in range(12)], [*"0123456789", "…"]),
    ],
)
def test_a_refusal_keeps_as_much_of_the_value_as_somebody_reads(found, told):
    (refusal,) = judge([BERLIN], {"city": found}).refusals

    assert refusal.as_document() == {
        "filter": "Berlin",
        "number": 1,
        "attribute": "city",
        "operator": "EQUALS",
        "values": ["Berlin"],
        "found": told,
    }


def test_a_refusal_says_how_a_pattern_and_the_case_were_meant():
    clause = where("city", "REGEX MATCH", "B.*", regex="contains", ignore_case=True)

    (refusal,) = judge([Filter("B", (clause,))], {"city": "Rome"}).refusals

    told = refusal.as_document()
    assert (told["regex"], told["ignore_case"]) == ("contains", True)


ROLES = {"appRoleAssignments": [{"value": "agent", "displayName": "Contact agent"}]}


@pytest.mark.parametrize(
    ("operator", "value", "admits"),
    [
        ("EQUALS", "agent", True),
        ("EQUALS", "Contact agent", True),
        ("EQUALS", "supervisor", False),
        ("NOT_EQUALS", "agent", False),
        ("NOT_EQUALS", "Contact agent", False),
        ("NOT_EQUALS", "supervisor", True),
        ("IN", ["supervisor", "agent"], True),
        ("STARTS_WITH", "Contact", True),
        ("IS_NULL", None, False),
    ],
)
def test_an_app_role_is_asked_for_by_its_value_or_its_name(operator, value, admits):
    assert where("appRoleAssignments", operator, value).admits(ROLES) is admits


def test_a_refusal_for_a_missing_value_found_nothing():
    assert judge([BERLIN], {}).refusals == (Refusal(BERLIN, BERLIN.clauses[0], None),)


def test_who_is_in_scope_has_no_refusals():
    assert judge([BERLIN, PARIS], {"city": "Paris"}).refusals == ()


def test_a_filter_without_clauses_is_refused_because_it_would_admit_everybody():
    with pytest.raises(FilterError, match="at least one clause"):
        Filter("everybody", ())


def test_a_clause_is_named_as_in_the_log_of_entra():
    assert where("employeeId", "NOT_REGEX_MATCH", "1.*").label == "employeeId NOT REGEX MATCH"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200 + "…"),
        (["x"] * 10, ["x"] * 10),
        (["x"] * 11, ["x"] * 10 + ["…"]),
    ],
)
def test_a_long_value_is_told_as_far_as_somebody_reads(found, told):
    clause = Clause.parse({"attribute": "a", "operator": "EQUALS", "value": "y"})

    assert Refusal(Filter("", (clause,)), clause, found).as_document()["found"] == told
