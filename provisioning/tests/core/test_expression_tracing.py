"""The trace tells each piece of an expression with what it gave, in the order it was found."""

from __future__ import annotations

import pytest
from hypothesis import given

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, Expression, parse
from provisioning.tests.core.test_expression_printing import ATTRIBUTES, TREES


def trace(text: str, **attributes):
    steps = parse(text).traced(attributes, Context()).steps
    return [
        (step.depth, step.text, step.error.message if step.error else step.value) for step in steps
    ]


def test_each_piece_tells_what_it_gave_innermost_first():
    assert trace('Join("-", ToLower([a]), [b])', a="X", b="y") == [
        (2, "[a]", "X"),
        (1, "ToLower([a])", "x"),
        (1, "[b]", "y"),
        (0, 'Join("-", ToLower([a]), [b])', "x-y"),
    ]


def test_a_branch_that_is_not_taken_is_no_step():
    assert trace('IIF([a]="x", [b], ToUpper([c]))', a="x", b=1) == [
        (2, "[a]", "x"),
        (1, '[a] = "x"', True),
        (1, "[b]", 1),
        (0, 'IIF([a] = "x", [b], ToUpper([c]))', 1),
    ]


def test_an_error_is_the_last_step_and_told_once():
    assert trace("Append(ToLower([a]), Item([a], [n]))", a="X", n="y") == [
        (2, "[a]", "X"),
        (1, "ToLower([a])", "x"),
        (2, "[a]", "X"),
        (2, "[n]", "y"),
        (1, "Item([a], [n])", "Item needs a whole number here; it has 'y'."),
    ]


def test_a_step_knows_where_it_stands():
    steps = parse('Append([a], ToLower("B"))').traced({"a": "x"}, Context()).steps

    assert [step.position for step in steps] == [7, 12, 0]


def test_a_step_knows_what_it_was_given_literals_too_and_each_once():
    """A branch that is not taken is no input; a cached, or doubled, one would stand here twice."""
    steps = parse('IIF([a]="x", Join("-", [b], "c"), [d])').traced({"a": "x", "b": "y"}, Context())

    assert [(step.text.partition("(")[0], step.inputs) for step in steps.steps] == [
        ("[a]", ()),
        ('[a] = "x"', ("x", "x")),
        ("[b]", ()),
        ("Join", ("-", "y", "c")),
        ("IIF", (True, "y-c")),
    ]


def test_what_a_function_asks_for_twice_is_told_once():
    steps = parse("BitAnd([flags], 2)").traced({"flags": 514}, Context()).steps

    assert [(step.text, step.inputs) for step in steps] == [
        ("[flags]", ()),
        ("BitAnd([flags], 2)", (514, 2)),
    ]


def test_what_was_given_to_a_step_that_failed_is_told_too():
    steps = parse('Mid("abc", [n], 1)').traced({"n": 0}, Context()).steps

    assert steps[-1].error is not None
    assert steps[-1].inputs == ("abc", 0, 1)


def test_a_single_literal_has_no_steps():
    assert trace('"x"') == []


@given(TREES, ATTRIBUTES)
def test_one_evaluation_gives_the_value_and_its_last_step(tree, attributes):
    expression = Expression(tree)
    context = Context(seed=b"the same")

    traced = expression.traced(attributes, context)

    if traced.steps:
        assert (traced.steps[-1].value, traced.steps[-1].error) == (traced.value, traced.error)
    if traced.error is None:
        assert traced.value == expression.evaluate(attributes, context)
    else:
        with pytest.raises(ExpressionError) as refusal:
            expression.evaluate(attributes, context)
        assert str(refusal.value) == str(traced.error)
