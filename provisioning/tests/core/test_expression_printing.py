"""Printing an expression and reading it again gives the same expression (I22), and no text makes
reading or evaluating fail in any other way than with an ExpressionError (I21)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, Expression, parse
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.expressions.kinds import Gives, Wanted
from provisioning.core.expressions.limits import MAX_LENGTH
from provisioning.core.expressions.nodes import (
    Attribute,
    Call,
    Comparator,
    Comparison,
    Keyword,
    Node,
    Number,
    Text,
)
from provisioning.core.resource import Value

CALLABLE = [
    one
    for one in REGISTRY.values()
    if not one.top_level and one.name not in ("Replace", "FormatDateTime")
]
"""Functions whose arguments can be drawn one by one."""
ATTRIBUTE_NAMES = st.text(
    st.characters(exclude_characters="[]\r\n", exclude_categories=["Cs"]), min_size=1
).filter(lambda name: name == name.strip())
LEAVES = st.one_of(
    st.builds(Text, st.text()),
    st.builds(Attribute, ATTRIBUTE_NAMES),
    st.integers(-(10**15), 10**15).map(lambda number: Number(number, str(number))),
    st.integers(0, 2**60).map(lambda number: Number(number, f"&H{number:X}")),
    st.just(Keyword("vbTextCompare")),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ATTRIBUTES = st.dictionaries(st.sampled_from("abc"), VALUES)


def fitting(node: Node, wanted: Wanted) -> Node:
    """The node, or an attribute where a node of its kind cannot stand."""
    gives = REGISTRY[node.name].gives if isinstance(node, Call) else Gives.ANYTHING
    known = isinstance(node, Text | Number) or gives in (Gives.TRUTH, Gives.NUMBER)
    if wanted in (Wanted.WHOLE, Wanted.DATE) and known:
        return Attribute("a")
    return Attribute("a") if gives is Gives.LIST and wanted is not Wanted.ANYTHING else node


@st.composite
def calls(draw, inner):
    """A call with a legal number of arguments, optional ones skipped now and then."""
    called = draw(st.sampled_from(CALLABLE))
    repeated = sum(parameter.repeated for parameter in called.parameters)
    count = len(called.parameters) + repeated * draw(st.integers(0, 2))
    arguments: list[Node | None] = []
    for index in range(count):
        parameter = called.parameter(index)
        if parameter.optional and draw(st.booleans()):
            arguments.append(None)
        elif parameter.condition and draw(st.booleans()):
            comparator = draw(st.sampled_from(list(Comparator)))
            left, right = (fitting(draw(inner), Wanted.ONE) for _ in range(2))
            arguments.append(Comparison(comparator, left, right))
        else:
            node = fitting(draw(inner), parameter.wanted)
            # What may stand in a text is checked further for some functions: there, none is drawn.
            checked = called.check is not None and isinstance(node, Text)
            arguments.append(Attribute("a") if checked else node)
    return Call(called.name, tuple(arguments))


TREES = st.recursive(LEAVES, calls, max_leaves=12)


@given(TREES)
def test_I22_what_is_printed_reads_back_as_the_same_expression(tree):
    expression = Expression(tree)

    assert parse(str(expression)) == expression


def outcome(text: str, attributes: Mapping[str, Value]) -> Value | ExpressionError:
    """The value, or the one kind of error that may be."""
    try:
        return parse(text).evaluate(attributes, Context())
    except ExpressionError as error:
        return error


@given(TREES, ATTRIBUTES)
def test_I21_every_expression_has_a_value_of_json_or_a_typed_error(tree, attributes):
    found = outcome(str(Expression(tree)), attributes)

    if not isinstance(found, ExpressionError):
        assert json.loads(json.dumps(found, allow_nan=False)) == found


PIECES = [*REGISTRY, *'(),, =<>[]\n\\-1é$"', "[a]", "[b]", '"x"', '"(?<n>.)"', "&HF", "\ud800"]


@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=80), ATTRIBUTES
)
@example('Replace([a], , "(", , "")', {})
@example("Left(" * 3000, {})
@example("[" * 10_001, {})
def test_I21_every_text_is_an_expression_or_a_typed_error(text, attributes):
    found = outcome(text, attributes)

    if isinstance(found, ExpressionError):
        assert 0 <= found.position <= len(text)
        assert found.advice


@pytest.mark.parametrize(
    "text",
    [example.expression for one in REGISTRY.values() for example in one.examples],
)
def test_I22_every_example_of_the_reference_prints_and_reads_back(text):
    assert parse(str(parse(text))) == parse(text)
    assert str(parse(str(parse(text)))) == str(parse(text))


def test_an_expression_at_the_length_limit_prints_within_it():
    packed = 'Join("",' + ",".join(["[attribute]"] * 800) + ")"
    text = packed[:-1] + ',"' + "x" * (MAX_LENGTH - len(packed) - 3) + '")'
    assert len(text) == MAX_LENGTH

    assert parse(str(parse(text))) == parse(text)


def test_a_printed_expression_is_written_as_people_write_it():
    text = 'IIF([a] <> "b\\\\c", Replace([mail], "@a.com", , , "", , ), &HF7)'

    assert str(parse(text)) == text
