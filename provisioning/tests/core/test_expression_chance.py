"""Chance and uniqueness: the same inputs give the same value, others another; minima are kept."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, parse
from provisioning.core.expressions.functions.chance import CAPITALS, DIGITS, SMALL, SPECIAL

SEED = b"nobody knows this"


def drawn(expression: str, seed: bytes = SEED, **attributes):
    return parse(expression).evaluate(attributes, Context(seed=seed))


@pytest.mark.parametrize("expression", ["Guid()", "RandomString(20, 1, 1, 1, 1)"])
def test_the_same_seed_gives_the_same_value_and_another_seed_another(expression):
    assert drawn(expression) == drawn(expression)
    assert drawn(expression) != drawn(expression, seed=b"nobody knows that")


def test_two_places_of_an_expression_draw_apart():
    first, second = str(drawn('Join(" ", Guid(), Guid())')).split()

    assert first != second


def test_two_mappings_draw_apart():
    password, pin = (Context(seed=SEED).for_place(place) for place in ("password", "pin"))

    assert parse("Guid()").evaluate({}, password) != parse("Guid()").evaluate({}, pin)
    assert password == Context(seed=SEED).for_place("password")
    assert Context().for_place("password") == Context()


def test_a_guid_is_a_random_one_of_RFC_4122():
    text = str(drawn("Guid()"))

    assert UUID(text).version == 4
    assert text == str(UUID(text))


def test_without_a_source_of_chance_nothing_is_drawn():
    with pytest.raises(ExpressionError, match="no source of chance"):
        parse("Append([a], Guid())").evaluate({"a": "x"}, Context())


def count(text: str, kind: str) -> int:
    return sum(character in kind for character in text)


@given(st.binary(min_size=1, max_size=200), st.lists(st.integers(0, 30), min_size=4, max_size=4),
       st.integers(0, 136))  # fmt: skip
def test_a_random_text_has_its_length_and_keeps_every_minimum(seed, minima, more):
    length = sum(minima) + more

    text = str(drawn(f"RandomString({length}, {', '.join(map(str, minima))})", seed))

    found = [count(text, kind) for kind in (DIGITS, SPECIAL, CAPITALS, SMALL)]
    assert len(text) == length == sum(found)
    assert all(has >= least for has, least in zip(found, minima, strict=True))


@given(st.binary(min_size=1, max_size=64))
def test_the_published_samples_of_random_text_hold(seed):
    first = str(drawn("RandomString(6, 3, 0, 0, 3)", seed))
    second = str(drawn('RandomString(10, 2, 2, 2, 1, "?,")', seed))

    assert (count(first, DIGITS), count(first, SMALL)) == (3, 3)
    assert not {"?", ","} & set(second)


def test_every_character_can_be_drawn():
    texts = [str(drawn("RandomString(256, 1, 1, 1, 1)", bytes([n]))) for n in range(40)]

    assert set("".join(texts)) == set(DIGITS + SPECIAL + CAPITALS + SMALL)


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("RandomString(3, 2, 0, 0, 2)", 13),
        ("RandomString(257, 2, 0, 0, 2)", 13),
        ("RandomString(9, 0, -1, 0, 2)", 19),
        ('RandomString(9, 2, 0, 0, 0, "0123456789")', 28),
        (f'RandomString(9, 0, 0, 0, 0, "{DIGITS + CAPITALS + SMALL}")', 28),
    ],
)
def test_a_random_text_that_cannot_be_is_refused(expression, position):
    with pytest.raises(ExpressionError) as refusal:
        drawn(expression)

    assert refusal.value.position == position


RULES = 'SelectUniqueValue([a], Append([a], "1"), [b])'


@pytest.mark.parametrize(
    ("taken", "attributes", "value"),
    [
        ((), {"a": "J.Smith"}, "J.Smith"),
        (("j.smith",), {"a": "J.Smith"}, "J.Smith1"),
        (("j.smith", "j.smith1"), {"a": "J.Smith", "b": "x"}, "x"),
        ((), {"b": "x"}, "x"),
        ((), {}, None),
    ],
)
def test_the_first_value_that_nobody_has_is_selected(taken, attributes, value):
    context = Context(taken=frozenset(taken))

    assert parse(RULES).evaluate(attributes, context) == value


def test_when_every_value_is_taken_the_error_names_them():
    context = Context(taken=frozenset({"a", "a1"}))

    with pytest.raises(ExpressionError, match=r"is taken: A, A1\.$"):
        parse(RULES).evaluate({"a": "A"}, context)


@pytest.mark.parametrize(
    ("text", "varies", "redacts", "unique"),
    [
        ("Append([a], Guid())", True, False, False),
        ('DateAdd("d", 1, Now())', True, False, False),
        ("Redact(RandomString(6, 3, 0, 0, 3))", True, True, False),
        ('Append(Redact([a]), "x")', False, True, False),
        (RULES, False, False, True),
        ('"Guid() Redact"', False, False, False),
    ],
)
def test_an_expression_knows_what_its_value_depends_on(text, varies, redacts, unique):
    expression = parse(text)

    assert (expression.varies, expression.redacts, expression.selects_unique) == (
        varies, redacts, unique,
    )  # fmt: skip
