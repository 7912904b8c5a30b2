"""Filters are read, printed, judged and built as RFC 7644, section 3.4.2.2, says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core import filters
from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import FilterError
from provisioning.core.filter_tree import And, Comparison, Complex, Operator
from provisioning.core.resource import Kind
from provisioning.core.urns import CORE_USER, ENTERPRISE_USER, GENESYS_USER
from provisioning.tests.core.scim_strategies import FILTERS, NUMBERS, RESOURCES

PERSON: dict[str, Any] = {
    "id": "aB",
    "userName": "Bjensen@example.com",
    "title": "Guide",
    "active": True,
    "loginCount": 7,
    "nickName": "",
    "name": {"familyName": "O'Malley"},
    "tags": ["red", "blue"],
    "emails": [
        {"type": "work", "value": "b@example.com", "primary": True},
        {"type": "home", "value": "babs@jensen.org"},
    ],
    "meta": {"lastModified": "2011-05-13T04:42:34Z"},
    ENTERPRISE_USER: {"department": "Tours", "manager": {"value": "26"}},
}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('userName eq "bjensen@EXAMPLE.com"', True),
        ('USERNAME EQ "bjensen@example.com"', True),
        ('userName eq "somebody"', False),
        ('userName ne "somebody"', True),
        ('id eq "aB"', True),
        ('id eq "AB"', False),
        (f'{CORE_USER}:userName sw "bj"', True),
        ('userName ew ".com"', True),
        ('userName co "@example"', True),
        ('name.familyName co "o\'malley"', True),
        ("title pr", True),
        ("nickName pr", False),
        ("nickName eq null", True),
        ("title eq null", False),
        ("title ne null", True),
        ('absent eq "x"', False),
        ('absent ne "x"', True),
        ('absent gt "x"', False),
        ("active eq true", True),
        ('active eq "True"', True),
        ("active eq false", False),
        ('active gt "a"', False),
        ("loginCount eq 7", True),
        ("loginCount eq 7.0", True),
        ("loginCount gt 6", True),
        ("loginCount ge 7", True),
        ("loginCount lt 7", False),
        ("loginCount le 7.5", True),
        ('loginCount eq "7"', False),
        ('title gt "a"', True),
        ('title lt "a"', False),
        ('tags eq "blue"', True),
        ('emails co "jensen.org"', True),
        ('emails eq "b@example.com"', True),
        ('emails.type eq "home"', True),
        ('name eq "x"', False),
        ('emails[type eq "work" and value co "@example.com"]', True),
        ('emails[type eq "work" and value co "jensen"]', False),
        ('emails[type eq "home"].value eq "babs@jensen.org"', True),
        ('emails[type eq "work" and primary eq true].value eq "b@example.com"', True),
        ("emails[type eq 'home'].primary pr", False),
        ('meta.lastModified gt "2011-05-13T04:42:33Z"', True),
        ('meta.lastModified ge "2011-05-13T06:42:34+02:00"', True),
        ('meta.lastModified le "2011-05-13T06:42:34+02:00"', True),
        ('meta.lastModified lt "2012"', True),
        (f'{ENTERPRISE_USER}:department eq "tours"', True),
        (f'{ENTERPRISE_USER}:manager eq "26"', True),
        (f'{GENESYS_USER}:externalIds[authority eq "x" and value eq "y"]', False),
        ('title pr and active eq true or userName eq "nobody"', True),
        ("title pr and (active eq false or nickName pr)", False),
        ("not (nickName pr)", True),
        ("NOT(nickName pr)AND title pr", True),
    ],
)
def test_a_filter_is_judged_on_a_resource(text, verdict):
    assert filters.evaluate(filters.parse(text), PERSON, Kind.USER) is verdict


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('a EQ "x"', 'a eq "x"'),
        ("a eq 'x'", 'a eq "x"'),
        ("((a pr))", "a pr"),
        ("a pr or b pr and c pr", "a pr or b pr and c pr"),
        ("(a pr or b pr) and c pr", "(a pr or b pr) and c pr"),
        ("not(a pr)", "not (a pr)"),
        ('a[b eq "x"].c eq 5', 'a[b eq "x" and c eq 5]'),
        ("not pr", "not pr"),
        ('a eq "Zoë \\u00e9 \\n"', 'a eq "Zoë é \\n"'),
    ],
)
def test_a_filter_is_printed_in_one_form(text, printed):
    assert str(filters.parse(text)) == printed


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("userName", 8),
        ("userName like 5", 9),
        ("userName eq", 11),
        ("userName eq bjensen", 12),
        ('userName eq "x', 12),
        ('userName eq "x" and', 16),
        ('userName eq "x" title pr', 16),
        ("(title pr", 9),
        ("title pr)", 8),
        ("title gt true", 9),
        ("title lt null", 9),
        ("title sw 5", 9),
        ('emails[type eq "work"].value', 28),
        ("not title pr", 4),
    ],
)
def test_what_is_no_filter_is_refused_at_its_position(text, position):
    with pytest.raises(FilterError) as refusal:
        filters.parse(text)

    assert refusal.value.position == position
    assert refusal.value.advice


def test_nesting_ends_at_fifty_levels():
    assert filters.parse("(" * 50 + "a pr" + ")" * 50)

    with pytest.raises(FilterError, match="deeper than 50"):
        filters.parse("(" * 51 + "a pr" + ")" * 51)


@given(FILTERS)
def test_I22_a_printed_filter_reads_as_the_same_filter(tree):
    assert filters.parse(str(tree)) == tree


@given(st.text() | st.text(alphabet="aeqprnotd \"'[]().\\{}01-"))
def test_I21_any_text_is_a_filter_or_a_typed_error(text):
    try:
        again = filters.parse(str(filters.parse(text)))
    except FilterError as refusal:
        position = refusal.position
    else:
        position = 0
        assert again == filters.parse(text)

    assert 0 <= position <= len(text)


@given(FILTERS, RESOURCES, st.sampled_from(Kind))
def test_I21_any_filter_judges_any_resource(tree, resource, kind):
    assert filters.evaluate(tree, resource, kind) in (True, False)


@pytest.mark.parametrize(
    ("path", "built"),
    [
        ("userName", 'userName eq "x"'),
        (f"{ENTERPRISE_USER}:manager.value", f'{ENTERPRISE_USER}:manager.value eq "x"'),
        ('emails[type eq "work"].value', 'emails[type eq "work" and value eq "x"]'),
        ('tags[type eq "a" and b pr]', 'tags[type eq "a" and b pr and value eq "x"]'),
        (
            f"{GENESYS_USER}:externalIds[authority eq 'A'].value",
            f'{GENESYS_USER}:externalIds[authority eq "A" and value eq "x"]',
        ),
    ],
)
def test_the_filter_for_a_value_is_the_rfc_form_of_its_path(path, built):
    assert filters.equals(AttributePath.parse(path), "x") == built


def test_a_filter_compares_with_booleans_and_numbers_too():
    assert filters.equals(AttributePath.parse("active"), False) == "active eq false"
    assert filters.equals(AttributePath.parse("n"), 1.5) == "n eq 1.5"


@given(st.text() | st.text(alphabet="\\\"' eqpor()[]\ud800\x00") | NUMBERS | st.booleans())
def test_T14_a_value_never_leaves_its_quotes(value):
    plain = filters.parse(filters.equals(AttributePath.parse("userName"), value))
    inner = filters.parse(filters.equals(AttributePath.parse('emails[type eq "w"].value'), value))

    assert isinstance(plain, Comparison)
    assert (plain.operator, plain.literal) == (Operator.EQ, value)
    assert isinstance(inner, Complex)
    assert isinstance(inner.term, And)
    assert str(inner.term.terms[1]) == str(plain).replace("userName", "value", 1)


@given(st.text(alphabet="\ud800a\U0001f600é"))
def test_T14_a_filter_can_be_sent_whatever_its_value(value):
    assert filters.equals(AttributePath.parse("userName"), value).encode()
