"""A clause that cannot work is refused when it is read, with what to write instead."""

from __future__ import annotations

import pytest

from provisioning.core.errors import FilterError
from provisioning.core.scoping import Clause, Operator


def refused(**fields: object) -> FilterError:
    """Why a clause on an attribute is refused."""
    with pytest.raises(FilterError) as refusal:
        Clause.parse({"attribute": "x", **fields})
    return refusal.value


@pytest.mark.parametrize("operator", list(Operator))
def test_spaces_stand_for_underscores(operator):
    assert Operator.parse(operator.replace("_", " ")) is operator
    assert Operator.parse(operator) is operator


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("EQUAL", "Did you mean EQUALS?"),
        ("equals", "Did you mean EQUALS?"),
        ("NOT REGEX", "Did you mean NOT_REGEX_MATCH?"),
        ("~", "These exist: EQUALS, NOT_EQUALS"),
        ("", "These exist"),
    ],
)
def test_an_unknown_operator_is_answered_with_the_nearest_one(written, advice):
    assert advice in refused(operator=written, value="a").advice


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"operator": "EQUALS"}, "EQUALS needs a value"),
        ({"operator": "EQUALS", "value": ""}, "EQUALS needs a value"),
        ({"operator": "IN", "value": []}, "IN needs a value"),
        ({"operator": "IN", "value": " , "}, "IN needs a value"),
        ({"operator": "IS_NULL", "value": "a"}, "IS_NULL takes no value"),
        ({"operator": "IS_TRUE", "value": True}, "IS_TRUE takes no value"),
        ({"operator": "EQUALS", "value": ["a"]}, "compares with one value"),
        ({"operator": "EQUALS", "value": {"a": 1}}, "compares with a text"),
        ({"operator": "GREATER_THAN", "value": "-1"}, "'-1' is none"),
        ({"operator": "GREATER_THAN_OR_EQUALS", "value": "ten"}, "'ten' is none"),
        ({"operator": "BEFORE", "value": "31.12.2026"}, "compares dates"),
        ({"operator": "EQUALS", "value": "a", "missing": "maybe"}, "missing cannot be 'maybe'"),
        ({"operator": "REGEX_MATCH", "value": "a", "regex": "start"}, "regex cannot be 'start'"),
        ({"operator": "EQUALS", "value": "a", "ignore_case": "no"}, "ignore_case is true or false"),
        ({"operator": "EQUALS", "value": "a", "atribute": "b"}, "no 'atribute'"),
        ({"operator": "EQUALS", "value": "a", "attribute": " "}, "needs an attribute"),
    ],
)
def test_a_clause_that_cannot_work_is_refused(fields, message):
    refusal = refused(**fields)

    assert message in refusal.message
    assert refusal.advice


@pytest.mark.parametrize("operator", ["REGEX_MATCH", "NOT_REGEX_MATCH"])
def test_T22_a_pattern_that_cannot_be_used_is_refused_at_its_character(operator):
    refusal = refused(operator=operator, value="abc(?=d)")

    assert refusal.position == 3
    assert "Look-around" in refusal.advice


@pytest.mark.parametrize(
    ("operator", "value", "values"),
    [
        ("IS_NULL", None, ()),
        ("EQUALS", "Sales, Support", ("Sales, Support",)),
        ("EQUALS", "(", ("(",)),
        ("IN", "Sales, ,Support", ("Sales", "Support")),
        ("IN", ["Sales", None, "", 7], ("Sales", "7")),
    ],
)
def test_what_a_clause_compares_with_is_kept_as_texts(
    operator: str, value: object, values: tuple[str, ...]
):
    clause = Clause.parse({"attribute": "a", "operator": operator, "value": value})

    assert clause.values == values


def test_case_counts_unless_a_clause_says_otherwise():
    assert not Clause("a", Operator.EQUALS, ("Sales",)).admits({"a": "sales"})


def test_a_clause_without_an_operator_is_told_so():
    with pytest.raises(FilterError, match="no operator ''"):
        Clause.parse({"attribute": "a"})


def test_a_word_that_is_none_is_told_the_words_there_are():
    with pytest.raises(FilterError) as refusal:
        Clause.parse({"attribute": "a", "operator": "IS_NULL", "missing": "maybe"})

    assert refusal.value.advice == "Write fails or passes."
