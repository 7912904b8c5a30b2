"""A value that the target already holds in its own way is no change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal, equal_with_echo, matches
from provisioning.core.resource import Kind
from provisioning.core.urns import ENTERPRISE_USER, GENESYS_USER
from provisioning.tests.core.scim_strategies import JSON, PATHS

path = AttributePath.parse
MANAGER = f"{ENTERPRISE_USER}:manager"
MOBILE = 'phoneNumbers[type eq "mobile"].value'
SKILL = f'{GENESYS_USER}:routingSkills[name eq "a"].proficiency'


@pytest.mark.parametrize(
    ("text", "desired", "current", "same"),
    [
        # identifiers ignore case, human text and ids do not
        ("userName", "Ana@Example.org", "ana@example.org", True),
        ('emails[type eq "work"].value', "Ana@Example.org", "ana@example.org", True),
        ('emails[type eq "work"].type', "Work", "work", True),
        ("preferredLanguage", "fr-FR", "fr-fr", True),
        ("displayName", "Ana", "ana", False),
        ("title", "agent", "Agent", False),
        (f"{ENTERPRISE_USER}:department", "SALES", "Sales", False),
        ("externalId", "A", "a", False),
        (MANAGER, "Ab", "aB", False),
        ("urn:example:a:1.0:B:userName", "A", "a", False),
        ("locale", "fr-FR", "fr-fr", True),
        # texts
        ("displayName", "Zoe\u0308", "Zoë", True),
        ("displayName", "Ana ", "Ana", False),
        ("displayName", "True", "true", False),
        # booleans and numbers, as texts or not
        ("active", "True", True, True),
        ("active", False, "False", True),
        ("active", "true", "True", True),
        ("active", True, False, False),
        ("active", False, None, False),
        ("custom", "True", True, True),
        ("custom", 5, "5", True),
        ("custom", 5, 5.0, True),
        ("custom", 4.5, 4.7, False),
        ("custom", True, 1, False),
        (SKILL, "4", "4.0", True),
        (SKILL, "4", 4, True),
        # telephone numbers are numbers when they say their country
        (MOBILE, "+33612345678", "tel:+33-6-12-34-56-78", True),
        (MOBILE, "+33612345678", "+33 (0)6 12 34 56 78", True),
        (MOBILE, "+1 212 555 0123 ext. 7", "tel:+1-212-555-0123;ext=7", True),
        (MOBILE, "+1 212 555 0123 ext. 7", "+12125550123", False),
        (MOBILE, "+33612345678", "+33612345679", False),
        (MOBILE, "+33612345678", "0612345678", False),
        (MOBILE, "06 12 34 56 78", "0612345678", False),
        ("phoneNumbers", [{"value": "+33612345678"}], [{"value": "+33 6 12345678"}], True),
        (f"{GENESYS_USER}:phoneNumbers.value", "+33612345678", "+33 6 12345678", False),
        ("title", "+33612345678", "+33 6 12345678", False),
        # nothing
        ("title", None, None, True),
        ("title", None, "", True),
        ("title", "", None, True),
        ("roles", [], None, True),
        ("roles", None, [{}], True),
        ("title", None, "Agent", False),
        ("title", "Agent", None, False),
        ("name", {}, {"givenName": "A"}, False),
        # references
        (MANAGER, "7", {"value": "7", "$ref": "../Users/7", "displayName": "M"}, True),
        (MANAGER, {"value": "7"}, "7", True),
        (MANAGER, {"value": "7", "displayName": "M"}, {"value": "7"}, True),
        (MANAGER, "7", {"value": "8"}, False),
        # complex values: only what is asked for
        ("name", {"givenName": "A"}, {"givenName": "A", "familyName": "B"}, True),
        ("name", {"givenName": "A"}, {"familyName": "B"}, False),
        # multi-values are sets
        ("roles", "agent", [{"value": "agent", "display": "Agent", "primary": False}], True),
        ("roles", ["a", "b"], [{"value": "b"}, {"value": "a"}], True),
        ("roles", ["a", "a"], [{"value": "a"}], True),
        ("roles", ["a"], [{"value": "a"}, {"value": "b"}], False),
        ("roles", ["a", "b"], [{"value": "a"}], False),
        ("roles", ["a"], ["A"], False),
        ("roles", [{"value": "a", "primary": False}], [{"value": "a"}], True),
        ("roles", [{"value": "a", "primary": True}], [{"value": "a"}], False),
        ("roles", [{"value": "a", "primary": "True"}], [{"value": "a", "primary": True}], True),
        ("roles", [{"value": "a", "display": "A"}], [{"value": "a", "display": "B"}], True),
        ("emails", ["A@x.org"], [{"value": "a@X.org", "type": "work"}], True),
        (
            "emails",
            [{"value": "a", "type": "work"}],
            [{"value": "a", "Type": "WORK"}, {"type": ""}],
            True,
        ),
        ("emails", [{"value": "a", "type": "work"}], [{"value": "a", "type": "home"}], False),
        ("tags", [{"a": {"b": 1, "c": [1, 2]}}], [{"a": {"C": [2, 1], "b": "1"}}], True),
        ("roles", [{"value": "a", "primary": "true"}], [{"value": "a", "primary": True}], True),
        ("roles", ["a"], "a", True),
        ("roles", [{"display": "A"}], [{"value": "x"}], False),
        ("roles", [{"value": "a", "$ref": "x"}], [{"value": "a"}], True),
        ("tags", [{"a": {"b": 1}}], [{"a": {"b": 2}}], False),
        ("tags", [[1]], [[2]], False),
        ("tags", "x", ["x"], True),
        ("tags", "x", {"value": "x"}, True),
    ],
)
def test_a_value_is_compared_by_what_it_means(text, desired, current, same):
    assert equal(path(text), Kind.USER, desired, current) is same


@given(PATHS, JSON, st.sampled_from(Kind))
def test_I07_every_value_equals_itself(there, value, kind):
    assert equal(there, kind, value, value)


@given(PATHS, JSON, JSON)
def test_I21_any_two_values_can_be_compared(there, desired, current):
    assert equal(there, Kind.USER, desired, current) in (True, False)


@pytest.mark.parametrize(
    ("desired", "current", "same"),
    [
        ("+33 1 23", "+33123", True),
        ("+33124", "+33123", False),
        ("+33 1 23", "+33999", False),
        ("+33123", "+33123", True),
    ],
)
def test_F18_a_value_that_the_target_rewrites_is_sent_once(desired, current, same):
    phone = path('phoneNumbers[type eq "work"].value')
    echo = {"sent": "+33 1 23", "seen": "+33123"}

    assert equal_with_echo(phone, Kind.USER, desired, current, echo) is same


def test_F18_half_an_echo_teaches_nothing():
    for half in ({"sent": "a"}, {"seen": "b"}, {}):
        assert equal_with_echo(path("title"), Kind.USER, "a", "b", half) is False


@pytest.mark.parametrize(
    ("text", "kind", "asked", "returned", "found"),
    [
        ("displayName", Kind.GROUP, "Sales", "sales", True),
        ("displayName", Kind.GROUP, "Sales", "Sales EU", False),
        ("userName", Kind.USER, "a", "A", True),
        ("externalId", Kind.USER, "a", "A", False),
        ("userName", Kind.USER, "a", None, False),
        ("userName", Kind.USER, "", "", False),
        ("active", Kind.USER, "", False, False),
        ("active", Kind.USER, False, None, False),
        ("employeeNumber", Kind.USER, "7", 7, True),
        (MANAGER, Kind.USER, "7", {"value": "7"}, True),
    ],
)
def test_T13_an_answer_counts_only_when_it_has_the_asked_value(text, kind, asked, returned, found):
    assert matches(path(text), kind, asked, returned) is found


def test_what_is_not_asked_for_of_a_value_tells_nothing_of_it():
    asked = [{"value": "a@x", "type": None}]

    assert equal(path("emails"), Kind.USER, asked, [{"value": "a@x", "type": "work"}])
    assert not equal(path("emails"), Kind.USER, asked, [{"value": "b@x", "type": "work"}])
