"""A value of the wrong kind is refused when the expression is read, as far as it can be seen."""

from __future__ import annotations

import pytest

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import parse
from provisioning.core.expressions.functions.registry import REGISTRY, Parameter


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ('Left([a], "x")', 10, "Left needs a whole number here; it has 'x'."),
        ("Left([a], 1.5)", 10, "it has 1.5."),
        ('Left([a], "")', 10, "it has ''."),
        ("Mid([a], 0, 1)", 9, "Mid needs a number from 1 on here; it has 0."),
        ("Mid([a], 1, -1)", 12, "a number from 0 on here; it has -1."),
        ("Item([a], 0)", 10, "from 1 on"),
        ('InStr([a], "b", 0)', 16, "from 1 on"),
        ("Left([a], IsNull([b]))", 10, "needs a whole number here; it has IsNull."),
        ("RandomString(-1, 0, 0, 0, 0)", 13, "from 0 on"),
        ("DateFromNum(-1)", 12, "from 0 on"),
        ('CDate("tomorrow")', 6, "needs a date here; it has 'tomorrow'."),
        ('DateAdd("d", 1, 5)', 16, "needs a date here; it has 5."),
        ('DateDiff("d", [a], Len([b]))', 19, "needs a date here; it has Len."),
        ("NumFromDate(IsNull([b]))", 12, "needs a date here; it has IsNull."),
        ('ToLower(Split([a], ","))', 8, "Split gives a list, but ToLower needs one value here."),
        ("Append(RemoveDuplicates([a]), [b])", 7, "RemoveDuplicates gives a list"),
        ('IIF(Split([a], ",")="b", 1, 2)', 4, "Split gives a list, but IIF"),
        ('IIF("b"=Split([a], ","), 1, 2)', 8, "Split gives a list, but IIF"),
        ('AND([b], Split([a], ","))', 9, "Split gives a list, but AND"),
        ('Switch(Split([a], ","), "x", "k", "v")', 7, "Split gives a list, but Switch"),
        ("SelectUniqueValue(AppRoleAssignments([r]), [b])", 18, "gives a list"),
        ('InStr("a", "a", 1, "loose")', 19, "vbTextCompare or vbBinaryCompare"),
        ('ToLower([a], "t r")', 13, "is no culture"),
        ('ToUpper([a], "")', None, ""),
    ],
)
def test_a_kind_that_cannot_be_is_refused_at_its_place(text, position, message):
    if position is None:
        assert parse(text)
        return
    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert (refusal.value.position, message in refusal.value.message) == (position, True)
    assert refusal.value.advice


@pytest.mark.parametrize(
    "text",
    [
        'Left([a], "3")',
        "Left([a], -1)",
        "Left([a], Len([b]))",
        'Item(Split([a], ","), 1)',
        'Join(";", Split([a], ","), RemoveDuplicates([b]))',
        'IIF(IsNull(Split([a], ",")), AppRoleAssignments([r]), Split([b], ","))',
        'Switch([a], Split([b], ","), "k", Split([c], ","))',
        'Coalesce(Split([a], ","), "x")',
        "Redact(AppRoleAssignmentsComplex([r]))",
        'IgnoreFlowIfNullOrEmpty(Split([a], ","))',
        "Append(IsNull([a]), Count([b]))",
        'DateAdd("d", "5", [a])',
        'CDate("")',
    ],
)
def test_a_kind_that_can_be_is_read(text):
    assert str(parse(text))


def test_each_parameter_says_what_it_wants():
    assert Parameter.parse("start?#1") == Parameter.parse("start?#1")
    assert [Parameter.parse(one).optional for one in ("a", "a?#1", "a...", "a!*")] == [
        False, True, False, False,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="a b"):
        Parameter.parse("a b")


def test_a_signature_shows_no_marks():
    assert REGISTRY["InStr"].signature == "InStr(value1, value2, start?, compareType?)"
    assert REGISTRY["AND"].signature == "AND(condition1, condition2, ...)"
