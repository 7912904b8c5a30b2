"""What is wrong in an expression is found when it is read, with its place and what to write."""

from __future__ import annotations

import pytest

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import parse


@pytest.mark.parametrize(
    ("text", "position", "message", "advice"),
    [
        ("", 0, "empty", "ToLower"),
        ("  ", 0, "empty", ""),
        ("Jion([a], [b])", 0, "no function Jion", "Did you mean Join?"),
        ("ToLower(Trimm([a]))", 8, "no function Trimm", ""),
        ("tolower([a])", 0, "no function tolower", "write ToLower"),
        ("Qqqq([a])", 0, "no function Qqqq", "These exist: AND, AppRole"),
        ('Join(", ", [surname])', 0, "Join needs at least 3 values; it has 2.", "Join(separator"),
        ("Left([a])", 0, "Left needs 2 values; it has 1.", ""),
        ("Left([a], 1, 2)", 0, "Left needs 2 values; it has 3.", ""),
        ('ToLower([a], "tr", 1)', 0, "at most 2 values; it has 3.", ""),
        ("ToLower()", 0, "at least 1 value; it has 0.", ""),
        ('Switch([a], , "k", "v", "l")', 0, "in pairs; it has 5 in all", ""),
        ("Left(, 1)", 5, "Value 1 of Left (string) cannot be left out.", ""),
        ("Left([a], )", 10, "Value 2 of Left (n) cannot be left out.", ""),
        ("Coalesce([a], , [b])", 14, "cannot be left out", ""),
        ("ToLower([a]", 11, "Expected , or ), found the end.", "every ("),
        ("ToLower([a]))", 12, "Expected the end of the expression, found ')'.", ""),
        ("ToLower([a] [b])", 12, "Expected , or ), found 'b'.", ""),
        ("=", 0, "Expected a value, found '='.", ""),
        ("ToLower", 0, "ToLower stands alone", "ToLower(source"),
        ("mail", 0, "mail stands alone", "[mail]"),
        ("[mail", 0, "no closing ]", "[mail]"),
        ("[ ]", 0, "needs a name", ""),
        ('"a', 0, "no closing quote", ""),
        ('"a\\', 0, "no closing quote", ""),
        ('"\\d"', 1, "\\d is no escape", "\\\\d"),
        ("“a”", 0, "has no meaning", "straight double quotes"),
        ('[a] & "b"', 4, "has no meaning", "Append and Join"),
        ('ToLower([a]="b")', 11, "comparison with = cannot stand here", "IIF"),
        ('[a]="b"', 3, "Expected the end", ""),
        ('IIF([a]="b" AND [c]="d", 1, 2)', 12, "found 'AND'", 'AND([a]="b"'),
        ("Item([a], 1234567890123456789)", 10, "18 digits are allowed", ""),
        ('Append(IgnoreFlowIfNullOrEmpty([a]), "b")', 7, "around the whole expression", ""),
        ('Replace([a], "b")', 0, "cannot tell what to replace", "oldValue and replacementValue"),
        ('Replace([a], "b", "c", , "d")', 0, "cannot tell what to replace", ""),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(text, position, message, advice):
    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert message in refusal.value.message
    assert advice in refusal.value.advice
    assert refusal.value.position == position


@pytest.mark.parametrize(
    ("pattern", "at", "message"),
    [
        ("a(?=b)", 1, "invalid perl operator"),
        ("(?<!a)b", 0, "invalid perl operator"),
        (r"\\d(a)\\1", 6, "invalid escape sequence"),
        ("a++", 1, "bad repetition operator"),
        ("a{1001}", 1, "invalid repetition size"),
        ("(a)(b", 3, "missing )"),
        ("[(]a)", 4, "unexpected )"),
        ("x[a", 1, "missing ]"),
        (r"\\\"(?>a)", 4, "invalid perl operator"),
    ],
)
def test_T22_a_pattern_that_cannot_be_used_is_refused_at_its_character(pattern, at, message):
    text = f'Replace([a], , "{pattern}", , "", , )'

    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert message in refusal.value.message
    assert refusal.value.position == text.index('"') + 1 + at


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('Replace([a], , "(?<n>a)", "m", "", , )', 26),
        ('Replace([a], , "(?<n>a)", , "-${m}", , )', 30),
    ],
)
def test_a_group_that_the_pattern_does_not_have_is_refused(text, position):
    with pytest.raises(ExpressionError, match="no group m") as refusal:
        parse(text)

    assert refusal.value.position == position
    assert "n" in refusal.value.advice


def test_optional_values_are_skipped_by_position():
    assert parse('Replace([mail], "@a.com", , , "", ,)') == parse(
        'Replace( [mail] ,"@a.com",,,"",,)'
    )
