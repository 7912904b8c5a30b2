"""A full read holds the directory as it is, and a second one finds nothing new."""

from __future__ import annotations

from random import Random

import pytest

from provisioning.core.resource import Kind, State
from provisioning.models import SourceRead
from provisioning.models.directory import DirectoryObject
from provisioning.tests.sources.conformance.company import (
    PEOPLE,
    STAFF,
    everything,
    members_of,
    read,
    stored,
)
from provisioning.tests.sources.conformance.opponent import Can, Opponent, Person
from provisioning.tests.sources.conformance.through import Through, disordered


def test_everybody_is_read_with_names_managers_and_groups(opponent: Opponent):
    report = read(opponent.source())

    assert report.whole
    assert (report.users.added, report.groups.added, report.memberships.added) == (24, 3, 11)
    assert report.rejected == []
    ana = stored(opponent, "p00")
    assert (ana.display_name, ana.attributes["mail"]) == ("Person p00", "p00@example.com")
    assert ana.state == State.ACTIVE
    assert members_of(opponent, "staff") == set(STAFF)
    assert members_of(opponent, "all") == {"staff", "p09"}


def test_a_manager_is_known_whether_read_before_or_after_the_person(opponent: Opponent):
    read(opponent.source())

    people = [stored(opponent, key) for key in PEOPLE]
    managers = DirectoryObject.objects.managers_of(people)
    found = [managers[one.pk].source_id for one in people]
    assert found == [opponent.id_of(key) for key in [*PEOPLE[1:], PEOPLE[0]]]


def test_a_second_read_changes_nothing(opponent: Opponent):
    read(opponent.source())
    before = everything()

    report = read(opponent.source())

    for counts in (report.users, report.groups, report.memberships):
        assert (counts.added, counts.changed, counts.removed) == (0, 0, 0)
    assert everything() == before


def test_order_repetition_and_split_objects_make_no_difference(opponent: Opponent):
    read(opponent.source(), name="straight")

    disturbed = Through(opponent.source(), disordered(Random(7)))  # noqa: S311
    read(disturbed, name="disordered")

    assert everything("disordered") == everything("straight")


@pytest.mark.needs(Can.EMPTY_GROUP)
def test_a_group_of_nobody_is_a_group(opponent: Opponent):
    opponent.put_group("empty", [])

    read(opponent.source())

    assert stored(opponent, "empty", Kind.GROUP).state == State.ACTIVE
    assert members_of(opponent, "empty") == set()


def test_a_large_group_is_read_and_then_changed_by_one(opponent: Opponent):
    crowd = [f"c{number:04}" for number in range(getattr(opponent, "crowd", 2_000))]
    opponent.put_people(Person(key, key) for key in crowd)
    opponent.put_group("crowd", [(Kind.USER, key) for key in crowd])
    read(opponent.source())
    assert len(members_of(opponent, "crowd")) == len(crowd)

    opponent.remove_member("crowd", crowd[5])
    report = read(opponent.source())

    assert (report.memberships.added, report.memberships.removed) == (0, 1)
    assert opponent.id_of(crowd[5]).lower() not in members_of(opponent, "crowd")


@pytest.mark.needs(Can.SECRET)
def test_no_word_of_a_source_holds_its_secret(opponent: Opponent):
    source = opponent.source()
    read(source)

    said = [repr(source), str(source), *map(str, source.check()), str(source.schema)]
    said += [str(vars(one)) for one in SourceRead.objects.all()]
    assert opponent.secret
    assert not [one for one in said if opponent.secret in one]
