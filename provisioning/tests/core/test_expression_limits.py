"""Hostile expressions, patterns and values end in a typed error within their limits (T22, T23)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from time import process_time

import pytest

from provisioning.core.errors import ExpressionError, PositionedError
from provisioning.core.expressions import Context, parse
from provisioning.core.patterns import compile_pattern
from provisioning.core.resource import Value


def nested(depth: int) -> str:
    return "ToLower(" * (depth - 1) + "[a]" + ")" * (depth - 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"' + "x" * 9_999 + '"', "10,000 are allowed"),
        (nested(51), "more than 50 levels deep"),
        (nested(1_000), "more than 50 levels deep"),
        ("(" * 10_000, "Expected a value"),
        ("Coalesce(" + ",".join(["1"] * 2_000) + ")", "more than 2,000 parts"),
        ("IIF([a]=" + "IIF([a]=" * 800, "more than 50 levels deep"),
        ("9" * 10_000, "18 digits"),
        ("&H" + "F" * 9_000, "18 digits"),
    ],
)
def test_T23_an_expression_beyond_its_limits_is_refused_when_it_is_read(text, message):
    with pytest.raises(ExpressionError, match=message):
        parse(text)


def test_T23_an_expression_at_its_limits_is_read():
    assert parse(nested(50)).evaluate({"a": "A"}, Context()) == "a"
    assert parse('"' + "x" * 9_998 + '"').evaluate({}, Context()) == "x" * 9_998
    assert parse("Coalesce(" + ",".join(["1"] * 1_999) + ")").evaluate({}, Context()) == 1


TEXT = "x" * 10_000
NESTED_LIST: list[Value] = []
for _ in range(100_000):
    NESTED_LIST = [NESTED_LIST]


@pytest.mark.parametrize(
    ("expression", "attributes", "message"),
    [
        ("[a]", {"a": "é" * 40_000}, "larger than 64 KiB"),
        ("[a]", {"a": ["x" * 1_000] * 100}, "larger than 64 KiB"),
        ("[a]", {"a": NESTED_LIST}, "nested too deeply"),
        ("[a]", {"a": {"b": NESTED_LIST}}, "nested too deeply"),
        ("[a]", {"a": 10**5_000}, "too many digits"),
        ("[a]", {"a": float("inf")}, "none that JSON has"),
        ("[a]", {"a": datetime(2026, 1, 1, tzinfo=UTC)}, "none that JSON has"),
        ('Join("", ' + ", ".join(["[a]"] * 1_500) + ")", {"a": "x" * 60_000}, "too long"),
        ('Replace([a], "x", , , [a])', {"a": TEXT}, "too long"),
        ('Replace("<u>", "u", , , , , [a])', {"a": "u" * 60_000}, "too long|larger"),
        ('Replace([a], , "x", , [b])', {"a": TEXT, "b": "y" * 60_000}, "too much to do"),
        ('Replace([a], , "x", , "")', {"a": TEXT + "x"}, "10,000 at most"),
        ('Replace([b], , "(?<n>x)", "n", , [a])', {"a": TEXT + "x"}, "10,000 at most"),
        ("Append(Append([a], [a]), [a])", {"a": "x" * 30_000}, "larger than 64 KiB"),
        ('Coalesce(Item(Split([a], ","), 9000), Item(Split([a], ","), 9000))',
         {"a": "," * 6_000}, "more than 10,000 steps"),
        (f'Coalesce({",".join(["Item(PCase([a]),2)"] * 400)})', {"a": "x " * 8_000},
         "more than 10,000 steps"),
        (f'Coalesce({",".join(["Item([a],200)"] * 60)})', {"a": ["x"] * 190},
         "more than 10,000 steps"),
        (f'AND({",".join(["Not(IsMemberOf([a]))"] * 400)})',
         {"a": "x", "memberOf": ["y"] * 3_000}, "more than 10,000 steps"),
        (f'Coalesce({",".join(["Item(RandomString(250,1,1,1,1),2)"] * 40)})', {},
         "more than 10,000 steps"),
        ('Split([a], ",")', {"a": "," * 10_001}, "more than 10,000 steps"),
        (f'Coalesce({",".join(["Item(Replace([a],,[b],,[c]),2)"] * 250)})',
         {"a": "a", "b": "(a?){300}", "c": ""}, "more than 10,000 steps"),
        (f'Coalesce({",".join(["""Item(Replace([a],,"a",,""),2)"""] * 40)})', {"a": "a" * 250},
         "more than 10,000 steps"),
        (f'Coalesce({",".join(["""Item(Replace([b],,"(?<n>a{300}|x)","n",,[a]),2)"""] * 40)})',
         {"a": "b" * 9_000}, "more than 10,000 steps"),
    ],
)  # fmt: skip
def test_T23_a_value_beyond_its_limits_is_refused(expression, attributes, message):
    with pytest.raises(ExpressionError, match=message):
        parse(expression).evaluate(attributes, Context(seed=b"x"))


def test_T23_an_attribute_is_weighed_once_however_often_it_is_read():
    large: dict[str, Value] = {"a": "x" * 65_536, "memberOf": ["y"] * 3_000}

    assert (
        parse(f"IIF(AND({','.join(['IsPresent([a])'] * 600)}), 1, 2)").evaluate(large, Context())
        == 1
    )
    assert parse('OR(IsMemberOf("x"), IsMemberOf("y"))').evaluate(large, Context()) is True


@pytest.mark.parametrize("function", ["PCase", "ToLower", "NormalizeDiacritics", "StripSpaces"])
def test_T23_the_largest_value_can_be_respelled(function):
    text = "x" * 65_536

    assert len(str(parse(f"{function}([a])").evaluate({"a": text}, Context()))) == len(text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(a|a?)+$",
        "(.*a){12}$",
        "(?:a.*b)|a",
        "((a?){300}b)|a",
        "(.*a.{300}){3}c|a",
        "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)c|a",
    ],
)
@pytest.mark.parametrize("text", ["a" * 9_999 + "!", "ab" * 5_000])
def test_T22_no_pattern_takes_long_on_any_text(pattern, text):
    expression = parse(f'Replace([a], , "{pattern}", , "", , )')
    started = process_time()

    with suppress(ExpressionError):
        expression.evaluate({"a": text}, Context())

    assert process_time() - started < 1, "a second is far above 50 ms and far below a blow-up"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("x" * 1_001, "1,000 are allowed"),
        ("(a)" * 21, "20 are allowed"),
        ("((a{1000}){1000}){1000}", "invalid repetition size"),
        ("(" * 1_000, "missing"),
        ("(\\pL{500}){2}" * 70, "too large"),
        ("a\ud800", "half a character"),
        ("a\\", "trailing"),
    ],
)
def test_T22_a_pattern_beyond_its_limits_is_refused_without_a_word_on_standard_error(
    pattern, message, capfd
):
    with pytest.raises(PositionedError, match=message) as refusal:
        compile_pattern(pattern, capture=True)

    assert 0 <= refusal.value.position <= len(pattern)
    assert capfd.readouterr() == ("", "")


def test_T22_a_pattern_with_too_much_to_do_in_one_search_is_refused():
    pattern = compile_pattern("(?:a?){999}(?:a){999}(?:b?){999}(?:b){999}")

    with pytest.raises(PositionedError, match="too much to do"):
        pattern.first("a" * 10_000)
