"""Every operator of a clause, on values that are there, missing, several, or of the wrong kind."""

from __future__ import annotations

import pytest

from provisioning.core.scoping import Clause, Operator

LONG = "a" * 10_001


def admits(operator: str, wanted: object, found: object, **more: object) -> bool:
    """Whether a clause on an attribute holding `found` admits."""
    clause = Clause.parse({"attribute": "x", "operator": operator, "value": wanted, **more})
    return clause.admits({"x": found})  # type: ignore[dict-item]  # hostile values on purpose


# The first block holds the examples of Entra's documentation.
@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("REGEX MATCH", r".*\@domain.com", "ana@domain.com", True),
        ("REGEX MATCH", r".*\@domain.com", "ana@other.com", False),
        ("NOT REGEX MATCH", r".*\@domain.com", "ana@domain.com", False),
        ("NOT REGEX MATCH", r".*\@domain.com", "ana@other.com", True),
        ("EQUALS", "sales", "sales", True),
        ("EQUALS", "sales", "Sales", False),
        ("REGEX MATCH", "(1[0-9][0-9][0-9][0-9][0-9][0-9])", "1000000", True),
        ("REGEX MATCH", "(1[0-9][0-9][0-9][0-9][0-9][0-9])", "1999999", True),
        ("REGEX MATCH", "(1[0-9][0-9][0-9][0-9][0-9][0-9])", "2000000", False),
        ("REGEX MATCH", "(1[0-9][0-9][0-9][0-9][0-9][0-9])", "11000000", False),
        ("REGEX MATCH", "([1-9][0-9])", "10", True),
        ("REGEX MATCH", "([1-9][0-9])", "99", True),
        ("REGEX MATCH", "([1-9][0-9])", "100", False),
        ("NOT EQUALS", "Sales", None, False),
        ("NOT REGEX MATCH", "Sales", None, False),
        # Ours.
        ("EQUALS", "5", 5, True),
        ("EQUALS", True, True, True),
        ("EQUALS", "true", True, True),
        ("EQUALS", True, "TRUE", True),
        ("EQUALS", False, "FALSE", True),
        ("EQUALS", "False", "false", True),
        ("GREATER_THAN", 1, "\u0663", False),
        ("GREATER_THAN", 1, "9" * 100, True),
        ("GREATER_THAN", 1, "9" * 101, False),
        ("STARTS _ WITH", "a", "ab", True),
        ("EQUALS", "Paris", ["Rome", "Paris"], True),
        ("NOT_EQUALS", "Sales", "IT", True),
        ("NOT_EQUALS", "Sales", "Sales", False),
        ("NOT_EQUALS", "Paris", ["Rome", "Paris"], False),
        ("IS_TRUE", None, True, True),
        ("IS_TRUE", None, "true", True),
        ("IS_TRUE", None, False, False),
        ("IS_TRUE", None, "yes", False),
        ("IS_TRUE", None, None, False),
        ("IS_FALSE", None, "False", True),
        ("IS_FALSE", None, None, False),
        ("IS_NULL", None, None, True),
        ("IS_NULL", None, "", True),
        ("IS_NULL", None, [], True),
        ("IS_NULL", None, False, False),
        ("IS_NOT_NULL", None, 0, True),
        ("IS_NOT_NULL", None, "", False),
        ("GREATER_THAN", "9", "10", True),
        ("GREATER_THAN", "10", 10, False),
        ("GREATER_THAN_OR_EQUALS", 10, "10", True),
        ("GREATER_THAN", "1", "x", False),
        ("GREATER_THAN", "1", "-5", False),
        ("GREATER_THAN", "1", 2.5, False),
        ("GREATER_THAN", "1", True, False),
        ("GREATER_THAN", "1", "9" * 10_000, False),
        ("INCLUDES", "ale", "Sales", True),
        ("INCLUDES", "ALE", "Sales", False),
        ("STARTS_WITH", "Sa", "Sales", True),
        ("STARTS_WITH", "es", "Sales", False),
        ("ENDS_WITH", "es", "Sales", True),
        ("ENDS_WITH", "Sa", "Sales", False),
        ("IN", ["FR", "DE"], "DE", True),
        ("IN", ["FR", "DE"], "D", False),
        ("IN", "FR, DE", "DE", True),
        ("NOT_IN", ["FR", "DE"], "US", True),
        ("NOT_IN", ["FR", "DE"], "DE", False),
        ("NOT_IN", ["FR", "DE"], None, False),
        ("IS_MEMBER_OF", "g2", ["g1", "g2"], True),
        ("IS_MEMBER_OF", "g3", ["g1", "g2"], False),
        ("IS_MEMBER_OF", "g3", [], False),
        ("BEFORE", "2026-03-01", "2026-02-28", True),
        ("BEFORE", "2026-03-01", "2026-03-01", False),
        ("AFTER", "2026-03-01", "2026-03-01T00:00:01Z", True),
        ("AFTER", "2026-03-01T00:00:00+02:00", "2026-02-28T22:00:00", False),
        ("BEFORE", "2026-03-01", "soon", False),
        ("BEFORE", "0001-01-01T00:00:00-14:00", "0001-01-01T00:00:00+14:00", True),
        ("REGEX_MATCH", "a+", LONG, False),
        ("NOT_REGEX_MATCH", "b", LONG, False),
        ("REGEX_MATCH", "\ufffd", "\ud800", True),
    ],
)  # fmt: skip
def test_an_operator_judges_a_value(operator, wanted, found, expected):
    assert admits(operator, wanted, found) is expected


@pytest.mark.parametrize("operator", [one for one in Operator if one is not Operator.IS_NULL])
@pytest.mark.parametrize("found", [None, "", [], [None, ""]])
@pytest.mark.parametrize(
    ("missing", "expected"), [("fails", False), ("passes", True), (None, False)]
)
def test_a_missing_value_fails_every_operator_unless_it_is_told_to_pass(
    operator, found, missing, expected
):
    unary = operator.startswith("IS_") and operator is not Operator.IS_MEMBER_OF
    wanted = None if unary else "2026-01-01" if operator in ("BEFORE", "AFTER") else "7"
    expected = expected and operator is not Operator.IS_NOT_NULL

    assert admits(operator, wanted, found, missing=missing) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "found"),
    [
        ("EQUALS", "sales", "SALES"),
        ("EQUALS", "STRASSE", "straße"),
        ("INCLUDES", "ALE", "sales"),
        ("STARTS_WITH", "sa", "SALES"),
        ("ENDS_WITH", "LES", "sales"),
        ("IN", ["it", "sales"], "Sales"),
        ("REGEX_MATCH", "sal[a-f]s", "SALES"),
        ("IS_MEMBER_OF", "Staff", ["STAFF"]),
    ],
)
def test_case_counts_unless_it_is_ignored(operator, wanted, found):
    assert admits(operator, wanted, found, ignore_case=True)
    assert not admits(operator, wanted, found)


@pytest.mark.parametrize(
    ("regex", "expected"), [("full", False), ("contains", True), (None, False)]
)
def test_a_pattern_describes_the_whole_value_or_a_part_as_the_clause_says(regex, expected):
    assert admits("REGEX_MATCH", "[0-9]+", "room 12", regex=regex) is expected
    assert admits("NOT_REGEX_MATCH", "[0-9]+", "room 12", regex=regex) is not expected


def test_membership_is_read_from_the_groups_that_the_caller_names():
    clause = Clause.parse({"operator": "IS_MEMBER_OF", "value": "staff"})

    assert clause.admits({"memberOf": ["staff"]})
    assert not clause.admits({"memberOf": ["guests"]})


def test_T22_a_pattern_that_no_engine_can_afford_satisfies_nothing():
    costly = "(.*a.{300}){3}c"

    assert not admits("REGEX_MATCH", costly, "ab" * 5_000)
    assert not admits("NOT_REGEX_MATCH", costly, "ab" * 5_000)
