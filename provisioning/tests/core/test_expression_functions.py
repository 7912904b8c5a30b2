"""Every function does what its own example and the published reference say."""

from __future__ import annotations

import re

import pytest

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, parse
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.expressions.functions.registry import EXAMPLE_CONTEXT
from provisioning.core.resource import Value
from provisioning.tests.core.published import CONTEXT, DRAWN, EXCLUDED, PUBLISHED

EXAMPLES = [(one.name, example) for one in REGISTRY.values() for example in one.examples]


def value_of(expression: str, **attributes: Value) -> Value:
    return parse(expression).evaluate(attributes, Context())


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_example_of_a_function_holds(name, example):
    value = parse(example.expression).evaluate(example.attributes, EXAMPLE_CONTEXT)

    assert (value, type(value)) == (example.result, type(example.result))


ENTRA = """
    Append AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate Coalesce
    ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum DefaultDomain
    FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString
    Item Join Left Len Mid NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact
    RemoveDuplicates Replace SelectUniqueValue SingleAppRoleAssignment Split StripSpaces Switch
    ToLower ToUpper Word
"""


def test_every_function_of_entra_is_there_and_the_three_older_names():
    names = {*ENTRA.split(), "Prepend", "IsNothing", "AppRoleAssignments"}

    assert len(names) == 46 + 3
    assert {name for name, one in REGISTRY.items() if not one.extension} == names


TABLE = [(name, *case) for name, cases in PUBLISHED.items() for case in cases]


@pytest.mark.parametrize(("name", "expression", "attributes", "value"), TABLE)
def test_a_published_or_stated_case_holds(name, expression, attributes, value):
    found = parse(expression).evaluate(attributes, CONTEXT)

    assert f"{name}(" in expression
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("expression", "form"), [pair for forms in DRAWN.values() for pair in forms.items()]
)
def test_what_is_drawn_has_its_published_form(expression, form):
    assert re.fullmatch(form, str(parse(expression).evaluate({}, CONTEXT)))


def test_every_function_of_entra_has_its_table():
    assert PUBLISHED.keys() | DRAWN.keys() == {
        name for name, one in REGISTRY.items() if not one.extension
    }
    assert all(len(cases) >= 2 for name, cases in PUBLISHED.items() if name != "Now")


def test_a_domain_that_is_not_known_is_nothing():
    assert value_of("DefaultDomain()") is None


def test_two_published_samples_are_no_oracle():
    printed = "19998887777"

    found = value_of('Replace([x], , "[()\\\\s-]+", , "", , )', x="+1 (999) 888-7777")

    assert found == f"+{printed}"
    assert len(EXCLUDED) == 2


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[mail]", "a@b"),
        ("[Mail]", None),
        ('"a \\"quoted\\" \\\\ text"', 'a "quoted" \\ text'),
        ("&HF7", 247),
        ("&hf7", None),
        ("-3", -3),
        ("1.5", 1.5),
        ("  ToUpper( [mail] ,\t)\n", "A@B"),
    ],
)
def test_the_syntax_is_as_stated(expression, value):
    """Case counts, in names too; a backslash escapes itself and the quote."""
    if value is None and expression.startswith("&"):
        with pytest.raises(ExpressionError):
            parse(expression)
    else:
        assert value_of(expression, mail="a@b") == value


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ('Mid("abc", 0, 1)', 11),
        ('Mid("abc", 1, -1)', 14),
        ('Left("abc", "x")', 12),
        ('Left("abc", 1.5)', 12),
        ("Item([many], 0)", 13),
        ('Append([many], "x")', 7),
        ("ToLower([object])", 8),
        ('Split("a", "")', 11),
        ('InStr("a", "a", 0)', 16),
        ('InStr("a", "a", 1, "loose")', 19),
        ('ToLower("a", "t r")', 13),
        ('Replace("a", , [many], , "", , )', 15),
        ('Replace("a", , [bad], , "", , )', 15),
        ('Replace("a", , "(?<n>a)", [bad], "", , )', 26),
    ],
)
def test_a_value_that_does_not_fit_is_refused_at_its_place(expression, position):
    attributes: dict[str, Value] = {"many": ["a", "b"], "object": {"a": "b"}, "bad": "(?=x)"}

    with pytest.raises(ExpressionError) as refusal:
        value_of(expression, **attributes)

    assert refusal.value.position == position
    assert refusal.value.advice


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("Mid([a], [zero], 1)", 9),
        ("Mid([a], 1, [less])", 12),
        ("Item([a], [zero])", 10),
        ("InStr([a], [a], [zero])", 16),
        ("InStr([a], [a], 1, [a])", 19),
        ("ToLower([a], [culture])", 13),
        ("Left([a], [half])", 10),
        ("Left([a], [digits])", 10),
        ("RandomString([less], 0, 0, 0, 0)", 13),
        ('DateAdd("d", 1, [a])', 16),
    ],
)
def test_what_attributes_hold_is_judged_when_it_is_known(expression, position):
    attributes: dict[str, Value] = {
        "a": "x", "zero": 0, "less": "-1", "culture": "t r", "half": "1.5", "digits": "\u0663",
    }  # fmt: skip

    with pytest.raises(ExpressionError) as refusal:
        parse(expression).evaluate(attributes, Context(seed=b"x"))

    assert refusal.value.position == position


def test_only_the_branch_that_is_taken_is_evaluated():
    assert value_of('IIF("true", "fine", Item("a", [n]))') == "fine"
    assert value_of('Switch("a", Item("a", [n]), "a", "fine", Item("a", [n]), "x")') == "fine"
    assert value_of('Coalesce("fine", Item("a", [n]))') == "fine"


def test_an_expression_knows_the_attributes_it_reads():
    expression = parse('IIF([country]="FR", Append([mail], [mail]), Left([id], 1))')

    assert expression.attributes == {"country", "mail", "id"}
    assert parse('Replace([mail], "a", , , "b", , )').attributes == {"mail"}


def test_an_ignored_flow_is_told_apart_from_an_empty_value():
    assert parse("IgnoreFlowIfNullOrEmpty([department])").ignores_empty
    assert not parse("[department]").ignores_empty


@pytest.mark.parametrize(("held", "value"), [(["Agent"], "agent"), ([], None), ((), None)])
def test_a_list_of_one_value_stands_for_the_value_where_one_is_needed(held: Value, value: Value):
    assert value_of("ToLower([jobTitle])", jobTitle=held) == value


def test_a_list_of_several_values_is_refused_where_one_is_needed():
    with pytest.raises(ExpressionError, match="a list of 2"):
        value_of("ToLower([jobTitle])", jobTitle=["Agent", "Lead"])
