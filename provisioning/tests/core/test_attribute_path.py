"""Attribute paths read, write and remove exactly one place of a resource."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import AttributePathError
from provisioning.core.filter_tree import literal_text
from provisioning.core.urns import CORE_USER, ENTERPRISE_USER, GENESYS_USER
from provisioning.tests.core.scim_strategies import JSON, NAMES, PATHS, RESOURCES

path = AttributePath.parse

PERSON: dict[str, Any] = {
    "userName": "ana@example.org",
    "name": {"givenName": "Ana"},
    "emails": [
        {"type": "other", "value": "a@example.org"},
        {"type": "work", "value": "w@example.org", "primary": True},
    ],
    ENTERPRISE_USER: {"department": "Sales", "manager": {"value": "7"}},
    GENESYS_USER: {"externalIds": [{"authority": "microsoftteams", "value": "t"}]},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("userName", "ana@example.org"),
        ("USERNAME", "ana@example.org"),
        (f"{CORE_USER}:userName", "ana@example.org"),
        ("name", {"givenName": "Ana"}),
        ("name.givenName", "Ana"),
        ("name.familyName", None),
        ("nickName", None),
        ("nickName.value", None),
        ('emails[type eq "work"].value', "w@example.org"),
        ('EMAILS[Type eq "WORK"].Value', "w@example.org"),
        ('emails[type ne "work"].value', "a@example.org"),
        ('emails[primary eq "True"].value', "w@example.org"),
        ('emails[type eq "work"]', PERSON["emails"][1]),
        ('emails[type eq "home"].value', None),
        ("emails.value", "w@example.org"),
        (f"{ENTERPRISE_USER}:department", "Sales"),
        (f"{ENTERPRISE_USER.lower()}:manager.value", "7"),
        (f"{GENESYS_USER}:externalIds[authority eq 'microsoftteams'].value", "t"),
        ("urn:example:other:1.0:User:department", None),
    ],
)
def test_a_path_reads_its_place(text, value):
    assert path(text).get(PERSON) == value


def test_a_path_into_a_list_of_plain_texts_reads_the_text_as_its_value():
    assert path("tags.value").get({"tags": ["a", "b"]}) == "a"
    assert path('tags[value eq "b"].value').get({"tags": ["a", "b"]}) == "b"
    assert path("tags.value").get({"tags": []}) is None


def test_ids_in_a_filter_keep_their_case():
    members = {"members": [{"value": "ab"}]}

    assert path('members[value eq "AB"]').get(members) is None
    assert path('members[value eq "ab"]').get(members) == {"value": "ab"}


def test_a_written_value_keeps_the_spelling_of_the_resource():
    written = path("USERNAME").set({"userName": "old"}, "new")

    assert written == {"userName": "new"}


def test_a_new_extension_gets_the_published_spelling():
    written = path(f"{ENTERPRISE_USER.upper()}:department").set({}, "Sales")

    assert written == {ENTERPRISE_USER: {"department": "Sales"}}


def test_an_extension_keeps_the_spelling_of_the_resource():
    resource = {ENTERPRISE_USER.lower(): {"Department": "Sales"}}

    written = path(f"{ENTERPRISE_USER}:department").set(resource, "Support")

    assert written == {ENTERPRISE_USER.lower(): {"Department": "Support"}}


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ('emails[type eq "home"].value', {"type": "home", "value": "x"}),
        (
            'emails[type eq "home" and primary eq "True"].value',
            {"type": "home", "primary": True, "value": "x"},
        ),
        ('emails[type eq "home"]', {"type": "home", "value": "x"}),
    ],
)
def test_an_element_is_created_from_the_filter_that_finds_none(text, element):
    assert path(text).set({}, "x") == {"emails": [element]}


def test_an_element_that_is_there_is_written_in_place():
    written = path('emails[type eq "work"].display').set(PERSON, "Work")

    assert written["emails"] == [
        PERSON["emails"][0],
        {**PERSON["emails"][1], "display": "Work"},
    ]


def test_an_element_that_is_replaced_whole_still_answers_its_filter():
    written = path('emails[type eq "work"]').set(PERSON, {"value": "new"})

    assert written["emails"] == [PERSON["emails"][0], {"type": "work", "value": "new"}]


def test_a_sub_attribute_of_a_list_without_filter_is_that_of_its_primary_value():
    written = path("emails.value").set(PERSON, "new")

    assert written["emails"] == [PERSON["emails"][0], {**PERSON["emails"][1], "value": "new"}]
    assert path("emails.value").set({"emails": []}, "new") == {"emails": [{"value": "new"}]}


@pytest.mark.parametrize(
    "text",
    [
        'emails[type ne "work"].value',
        "emails[type pr].value",
        'emails[type eq "a" and type eq "b"].value',
        "emails[type eq null].value",
        'emails[type.x eq "a"].value',
        'emails[not (type eq "work")].value',
    ],
)
def test_a_filter_that_is_no_description_creates_nothing(text):
    assert path(text).discriminators is None

    with pytest.raises(AttributePathError, match="does not say what to create") as refusal:
        path(text).set({"emails": []}, "x")

    assert "eq terms" in refusal.value.advice


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("nickName", {"userName": "u"}),
        ("userName", {}),
        ("nickName.value", {"userName": "u"}),
    ],
)
def test_removing_takes_away_the_attribute(text, left):
    assert path(text).remove({"userName": "u"}) == left


def test_removing_the_last_sub_attribute_takes_away_the_attribute():
    assert path("name.givenName").remove(PERSON).keys() == PERSON.keys() - {"name"}
    assert path("name.familyName").remove(PERSON) == PERSON


def test_removing_the_only_telling_value_takes_away_the_element():
    left = path('emails[type eq "work"].value').remove(PERSON)

    assert left["emails"] == [PERSON["emails"][0]]


def test_an_element_with_another_value_stays():
    resource = {"addresses": [{"type": "work", "locality": "Lyon", "country": "FR"}]}

    left = path('addresses[type eq "work"].country').remove(resource)

    assert left == {"addresses": [{"type": "work", "locality": "Lyon"}]}


def test_a_discriminator_of_any_name_does_not_keep_an_element():
    text = f'{GENESYS_USER}:externalIds[Authority eq "microsoftteams"].value'

    assert GENESYS_USER not in path(text).remove(PERSON)


def test_removing_without_a_filter_reaches_every_value():
    assert "emails" not in path("emails.value").remove(PERSON)


def test_removing_a_whole_element_leaves_the_others():
    assert path('emails[type eq "other"]').remove(PERSON)["emails"] == [PERSON["emails"][1]]


def test_a_value_of_none_removes():
    assert path("userName").set({"userName": "u"}, None) == {}


def test_an_attribute_where_an_extension_should_be_is_replaced():
    assert path(f"{ENTERPRISE_USER}:department").set({ENTERPRISE_USER: "odd"}, "S") == {
        ENTERPRISE_USER: {"department": "S"}
    }


def test_paths_are_equal_whatever_the_case_of_their_names():
    assert path("EMAILS[TYPE eq 'work'].VALUE") == path('emails[type eq "work"].value')
    assert len({path("userName"), path("username"), path(f"{CORE_USER}:USERNAME")}) == 1
    assert path("userName") != path("nickName")
    assert path("userName") != "userName"


def test_a_path_survives_the_way_to_another_process():
    there = path('emails[type eq "work"].value')

    assert pickle.loads(pickle.dumps(there)) == there  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1st", 0),
        ("a.b.c", 0),
        ("name:givenName", 0),
        (ENTERPRISE_USER, 0),
        (f"{ENTERPRISE_USER}:", 0),
        ("emails[", 7),
        ("emails[]", 7),
        ("emails[type]", 11),
        ('emails[type is "work"]', 12),
        ("emails[type eq]", 14),
        ("emails[type eq work]", 15),
        ("emails[type eq “work”]", 15),
        ('emails[type eq "work"', 21),
        ('emails[type eq "wo\\rk\\x"]', 15),
        ('emails[type eq "work"]value', 22),
        ('emails.value[type eq "work"]', 12),
        ('emails[a[b eq "x"]]', 8),
        ("emails[type gt true]", 15),
        ("emails[type co 5]", 15),
        ("emails[n eq 1e999]", 12),
        (f"emails[n eq {'9' * 5000}]", 12),
        ("userName!", 0),
        ("userName)", 8),
        ("x" * 10_001, 0),
    ],
)
def test_what_is_no_path_is_refused_at_its_position(text, position):
    with pytest.raises(AttributePathError) as refusal:
        path(text)

    assert refusal.value.position == position
    assert refusal.value.advice


def test_brackets_that_never_end_going_deeper_are_refused():
    with pytest.raises(AttributePathError, match="deeper than 50"):
        path(f"a[{'(' * 100}b pr{')' * 100}]")


@given(PATHS)
def test_I22_a_printed_path_reads_as_the_same_path(there):
    again = path(str(there))

    assert again == there
    assert (again.urn, again.attribute, again.filter, again.sub) == (
        there.urn,
        there.attribute,
        there.filter,
        there.sub,
    )


@given(st.text() | st.text(alphabet="aeq \"'[]().:$urn\\{}01-"))
def test_I21_any_text_is_a_path_or_a_typed_error(text):
    try:
        again = path(str(path(text)))
    except AttributePathError as refusal:
        position = refusal.position
    else:
        position = 0
        assert again == path(text)

    assert 0 <= position <= len(text)


@given(PATHS, RESOURCES)
def test_I21_any_path_reads_and_empties_any_resource(there, resource):
    there.get(resource)

    assert there.get(there.remove(resource)) is None


@st.composite
def writable_paths(draw):
    """Paths that say what to create, and whose value is no part of what selects it."""
    names = draw(st.lists(NAMES, min_size=3, max_size=3, unique_by=str.lower))
    attribute, chosen, sub = names
    literal = draw(st.text(max_size=8))
    brackets = draw(st.sampled_from([None, f"[{chosen} eq {literal_text(literal)}]"]))
    subs = draw(st.booleans()) or brackets is not None
    text = f"{attribute}{brackets or ''}{f'.{sub}' if subs else ''}"
    urn = draw(st.sampled_from(["", f"{ENTERPRISE_USER}:", "urn:example:a:1.0:B:"]))
    return path(urn + text)


@given(writable_paths(), RESOURCES, JSON)
def test_what_is_written_is_read_back(there, resource, value):
    assume(value is not None)
    before = repr(resource)

    written = there.set(resource, value)

    assert there.get(written) == value
    assert repr(resource) == before


@given(writable_paths(), JSON.filter(lambda value: value is not None))
def test_what_was_written_into_nothing_leaves_nothing_when_removed(there, value):
    assert there.remove(there.set({}, value)) == {}
