"""What goes beyond Entra: AND, OR, membership in groups, telephone numbers."""

from __future__ import annotations

import pytest

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, parse
from provisioning.core.expressions.functions import REGISTRY


def value_of(expression: str, **attributes):
    return parse(expression).evaluate(attributes, Context())


# Entra's own work-arounds for AND and OR are the oracle: nested IIFs.
@pytest.mark.parametrize("country", ["US", "FR", None])
@pytest.mark.parametrize("state", ["CA", "NY", None])
def test_AND_and_OR_say_what_nested_conditions_say(country, state):
    both = 'IIF([country]="US", IIF([state]="CA", "yes", "no"), "no")'
    either = 'IIF([country]="US", "yes", IIF([state]="CA", "yes", "no"))'
    attributes = {"country": country, "state": state}

    assert value_of('IIF(AND([country]="US", [state]="CA"), "yes", "no")', **attributes) == (
        value_of(both, **attributes)
    )
    assert value_of('IIF(OR([country]="US", [state]="CA"), "yes", "no")', **attributes) == (
        value_of(either, **attributes)
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("AND(1, 0)", False),
        ('AND("True", CBool(1), 2)', True),
        ("OR(0, [missing])", False),
        ('OR("no", "true")', True),
        ("AND(OR([a]>1, [a]<0), Not([b]))", True),
    ],
)
def test_conditions_may_be_values_and_nest(expression, value):
    assert value_of(expression, a=5) is value


def test_what_is_decided_is_not_looked_at_further():
    assert value_of('AND("false", Item([a], [n]))') is False
    assert value_of('OR("true", Item([a], [n]))') is True


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('IIF([a]="b" OR [c]="d", 1, 2)', 'OR([a]="b", [c]="d")'),
        ('IIF([a]="b" and [c]="d", 1, 2)', 'AND([a]="b", [c]="d")'),
        ('IIF([a]="b" & [c]="d", 1, 2)', "AND and OR"),
        ('AND([a]="b")', "AND(condition1, condition2, ...)"),
        ("and([a], [b])", "write AND"),
    ],
)
def test_conditions_written_otherwise_are_put_right(text, advice):
    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert advice in refusal.value.advice


@pytest.mark.parametrize(
    ("group", "member"),
    [
        ("Contact centre", True),
        ("4f1c", True),
        ("contact centre", False),
        ("Other", False),
        ("", False),
    ],
)
def test_membership_is_by_name_or_id_of_the_group(group, member):
    groups = ["Contact centre", "4f1c"]

    assert value_of(f'IsMemberOf("{group}")', memberOf=groups) is member
    assert value_of(f'IsMemberOf("{group}")') is False


def test_an_expression_that_asks_for_groups_reads_them():
    assert parse('IIF(IsMemberOf("Staff"), [a], "x")').attributes == {"a", "memberOf"}


# Numbers of the plans that national regulators keep for films and documentation, and public ones.
@pytest.mark.parametrize(
    ("value", "region", "normal"),
    [
        ("+91 9998887777", "", "+919998887777"),
        ("+1 (212) 555-0123", "", "+12125550123"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("01 99 00 12 34", "fr", "+33199001234"),
        ("0044 20 7946 0958", "DE", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("tel:+45-60-00-00-01", "", "+4560000001"),
        ("+45 60 00 00 01 ext. 12", "", "tel:+4560000001;ext=12"),
        ("+45 60 00 00 01;ext=12", "", "tel:+4560000001;ext=12"),
        ("01 99 00 12 34", "", "01 99 00 12 34"),
        ("01 99 00 12 34", "France", "01 99 00 12 34"),
        ("reception", "FR", "reception"),
        ("12", "FR", "12"),
        ("+33 1", "FR", "+33 1"),
        ("9" * 10_000, "FR", "9" * 10_000),
        ("", "FR", ""),
        (None, "FR", None),
    ],
)
def test_a_telephone_number_takes_its_international_form(value, region, normal):
    assert value_of("NormalizePhone([n], [r])", n=value, r=region) == normal


def test_a_region_that_does_not_exist_is_refused_when_it_is_saved():
    with pytest.raises(ExpressionError, match="XX is no region") as refusal:
        parse('NormalizePhone([n], "XX")')

    assert refusal.value.position == 20
    assert parse('NormalizePhone([n], "gb")')
    assert parse("NormalizePhone([n], [r])")


def test_a_normalised_number_stays_as_it_is():
    for number in ("+919998887777", "tel:+4560000001;ext=12"):
        assert value_of("NormalizePhone([n])", n=number) == number


def test_exactly_these_functions_are_ours():
    assert {one.name for one in REGISTRY.values() if one.extension} == {
        "AND", "OR", "IsMemberOf", "NormalizePhone",
    }  # fmt: skip
