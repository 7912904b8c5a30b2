"""The difference names what must change and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, Echo, apply, differences, learnt
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.urns import ENTERPRISE_USER, GENESYS_USER
from provisioning.tests.core.scim_strategies import RESOURCES

path = AttributePath.parse

PLACES = [
    path(text)
    for text in (
        "userName",
        "active",
        "displayName",
        "name.givenName",
        "name.familyName",
        'emails[type eq "work"].value',
        'emails[type eq "work"].primary',
        'emails[type eq "home"].value',
        'addresses[type eq "work"].locality',
        'addresses[type eq "work"].country',
        "roles",
        f"{ENTERPRISE_USER}:department",
        f"{ENTERPRISE_USER}:manager",
        f"{GENESYS_USER}:externalIds[authority eq 'teams'].value",
        f"{GENESYS_USER}:routingSkills[name eq 'a'].proficiency",
    )
]
VALUES = st.none() | st.booleans() | st.sampled_from(["", "a", "A", "b", "True", "5"])
WANTED = st.dictionaries(st.sampled_from(PLACES), VALUES)


@st.composite
def accounts(draw):
    """A resource that may hold any of the places, and things of its own."""
    resource = draw(RESOURCES)
    for place, value in draw(WANTED).items():
        resource = place.set(resource, value)
    return resource


def test_only_what_differs_is_a_change():
    wanted = {path("userName"): "ANA@x.org", path("title"): "Agent", path("nickName"): None}
    current = {"userName": "ana@x.org", "title": "Trainee", "department": "S"}

    changes = differences(wanted, current, Kind.USER)

    assert changes == (Change(path("title"), "Trainee", "Agent"),)


def test_a_cleared_value_is_a_change_when_something_is_there():
    cleared = {path("title"): None, path("nickName"): ""}

    assert differences(cleared, {}, Kind.USER) == ()
    assert differences(cleared, {"title": "T", "nickName": "N"}, Kind.USER) == (
        Change(path("title"), "T", None),
        Change(path("nickName"), "N", None),
    )


def test_a_change_carries_the_type_of_its_attribute():
    wanted = {path("active"): "False", path(f"{ENTERPRISE_USER}:manager"): "7"}

    changes = differences(wanted, {"active": True}, Kind.USER)

    assert [change.new for change in changes] == [False, {"value": "7"}]


def test_removals_take_nothing_new_away():
    primary, value = path('emails[type eq "work"].primary'), path('emails[type eq "work"].value')
    current = {"emails": [{"type": "work", "value": "a"}]}

    changed = apply([Change(primary, None, True), Change(value, "a", None)], current)

    assert changed == {"emails": [{"type": "work", "primary": True}]}


@pytest.mark.parametrize("flag", [True, False, "True"])
def test_a_flag_without_the_value_it_speaks_of_is_no_change(flag):
    value, primary = path('emails[type eq "work"].value'), path('emails[type eq "work"].primary')
    current: Resource = {"emails": [{"type": "work", "value": "a", "primary": False}]}

    leaving = differences({primary: flag, value: None}, current, Kind.USER)

    assert leaving == (Change(value, "a", None),)
    assert apply(leaving, current) == {}
    assert differences({primary: flag}, {}, Kind.USER) == ()


def test_other_words_about_a_value_may_stand_alone():
    shown = path('roles[type eq "work"].display')

    assert differences({shown: "Agent"}, {}, Kind.USER) == (Change(shown, None, "Agent"),)


def test_a_lone_flag_that_is_there_can_be_cleared():
    primary = path('emails[type eq "work"].primary')
    current: Resource = {"emails": [{"type": "work", "primary": True}]}

    assert differences({primary: None}, current, Kind.USER) == (Change(primary, True, None),)


def test_a_flag_joins_the_value_it_speaks_of():
    value, primary = path('emails[type eq "work"].value'), path('emails[type eq "work"].primary')
    agent = path('roles[value eq "agent"].primary')

    joining = differences({primary: "True", value: "a"}, {}, Kind.USER)
    chosen = differences({agent: True}, {"roles": [{"value": "agent"}]}, Kind.USER)
    at_work: Resource = {"addresses": [{"type": "work", "locality": "Lyon"}]}
    address = path('addresses[type eq "work"].primary')

    assert apply(joining, {}) == {"emails": [{"type": "work", "primary": True, "value": "a"}]}
    assert chosen == (Change(agent, None, True),)
    assert differences({address: True}, at_work, Kind.USER) == (Change(address, None, True),)


@given(WANTED, accounts(), st.sampled_from(Kind))
def test_I06_nothing_differs_after_the_changes(wanted, current, kind):
    changed = apply(differences(wanted, current, kind), current)

    assert differences(wanted, changed, kind) == ()


@given(WANTED, accounts())
def test_I08_what_is_not_wanted_is_not_touched(wanted, current):
    changed = apply(differences(wanted, current, Kind.USER), current)

    for place in set(PLACES) - set(wanted):
        beside = {(w.urn, w.attribute, w.filter) for w in wanted}
        if (place.urn, place.attribute, place.filter) not in beside:
            assert place.get(changed) == place.get(current)


@given(WANTED, accounts())
def test_I08_every_change_is_of_a_wanted_place_and_a_real_one(wanted, current):
    for change in differences(wanted, current, Kind.USER):
        assert change.path in wanted
        assert change.old == change.path.get(current)
        assert change.old != change.new


@given(RESOURCES)
def test_no_changes_change_nothing(resource):
    assert apply((), resource) == resource


TRIMMED = {"sent": " Agent", "seen": "Agent"}


@pytest.mark.parametrize(
    ("before", "written", "resource", "after"),
    [
        ({}, {"title": "Agent"}, {"title": "Agent"}, {}),
        ({}, {"title": " Agent"}, {"title": "Agent"}, {"title": TRIMMED}),
        ({}, {"title": "Agent"}, {}, {"title": {"sent": "Agent", "seen": None}}),
        ({}, {"title": None}, {"title": "Agent"}, {}),
        ({"title": TRIMMED}, {}, {"title": "Agent"}, {"title": TRIMMED}),
        ({"title": TRIMMED}, {}, {"title": "Lead"}, {}),
        ({"title": TRIMMED}, {"title": "Agent"}, {"title": "Agent"}, {}),
        ({"title": TRIMMED}, {"title": None}, {"title": "Agent"}, {}),
        (
            {"title": TRIMMED},
            {"nickName": " An"},
            {"title": "Agent", "nickName": "An"},
            {"title": TRIMMED, "nickName": {"sent": " An", "seen": "An"}},
        ),
    ],
)
def test_F18_what_came_back_another_way_is_learnt_for_as_long_as_it_is_seen(
    before: dict[str, Echo],
    written: dict[str, Value],
    resource: Resource,
    after: dict[str, Echo],
):
    changes = [Change(path(name), None, new) for name, new in written.items()]

    assert learnt(before, changes, resource, Kind.USER) == after
