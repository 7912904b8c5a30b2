"""Disabled, soft-deleted and gone are three different things, and half a directory is none."""

from __future__ import annotations

import pytest

from provisioning.core.resource import Kind, State
from provisioning.engine.importing.report import Terms
from provisioning.models.directory import DirectoryObject
from provisioning.sources.base import Part
from provisioning.tests.sources.conformance.company import (
    PEOPLE,
    STAFF,
    everything,
    members_of,
    people_present,
    read,
    stored,
)
from provisioning.tests.sources.conformance.opponent import Can, Opponent


@pytest.mark.needs(Can.DISABLE)
def test_somebody_disabled_is_disabled_and_comes_back(opponent: Opponent):
    read(opponent.source())

    opponent.disable("p04")
    read(opponent.source())
    assert stored(opponent, "p04").state == State.DISABLED
    assert "p04" in members_of(opponent, "staff")

    opponent.disable("p04", disabled=False)
    read(opponent.source())
    assert stored(opponent, "p04").state == State.ACTIVE


@pytest.mark.needs(Can.SOFT_DELETE)
def test_somebody_soft_deleted_keeps_the_groups_and_can_be_restored(opponent: Opponent):
    read(opponent.source())

    opponent.soft_delete("p04")
    read(opponent.source())
    assert stored(opponent, "p04").state == State.SOFT_DELETED

    opponent.soft_delete("p04", deleted=False)
    report = read(opponent.source())
    assert stored(opponent, "p04").state == State.ACTIVE
    assert report.users.changed == 1
    assert "p04" in members_of(opponent, "staff")


def test_who_is_deleted_leaves_every_group_and_is_nobodys_manager(opponent: Opponent):
    read(opponent.source())

    opponent.delete(["p05"])
    report = read(opponent.source())

    assert report.users.removed == 1
    assert stored(opponent, "p05").state == State.GONE
    assert members_of(opponent, "staff") == set(STAFF) - {"p05"}
    report_of = stored(opponent, "p04")
    assert DirectoryObject.objects.managers_of([report_of]) == {}


@pytest.mark.parametrize("again", ["once", "twice"])
def test_W32_a_source_that_lost_many_at_once_removes_nobody(opponent: Opponent, again: str):
    read(opponent.source())

    opponent.delete(PEOPLE[10:20])
    opponent.rename("p01", "Changed Beside It")
    report = read(opponent.source())
    if again == "twice":
        report = read(opponent.source())

    assert report.held
    assert report.missing[Part.USERS].missing == 10
    assert report.users.removed == 0
    assert people_present() == 24
    assert stored(opponent, "p01").display_name == "Changed Beside It"


def test_what_was_held_is_released_for_as_many_as_were_shown_and_no_more(opponent: Opponent):
    read(opponent.source())
    opponent.delete(PEOPLE[10:16])
    shown = read(opponent.source()).missing[Part.USERS].missing
    assert shown == 6

    opponent.delete(PEOPLE[16:18])
    more = read(opponent.source(), Terms(released={Part.USERS: shown}))
    assert more.held
    assert more.users.removed == 0

    agreed = read(opponent.source(), Terms(released={Part.USERS: 8}))
    assert agreed.users.removed == 8
    assert not agreed.held
    assert people_present() == 16
    assert read(opponent.source()).users.removed == 0


def test_while_the_guard_holds_no_membership_ends(opponent: Opponent):
    read(opponent.source())
    before = members_of(opponent, "staff")

    opponent.delete(PEOPLE[0:6])
    opponent.remove_member("all", "p09")
    report = read(opponent.source())

    assert report.held
    assert members_of(opponent, "staff") == before
    assert members_of(opponent, "all") == {"staff", "p09"}


def test_W18_deleted_and_made_again_is_the_person_the_source_says(opponent: Opponent):
    read(opponent.source())
    before = everything()

    opponent.delete_group("night")
    opponent.put_group("night", [(Kind.USER, PEOPLE[20])])
    read(opponent.source())

    assert members_of(opponent, "night") == {PEOPLE[20]}
    assert stored(opponent, "night", Kind.GROUP).state == State.ACTIVE
    edges = before["edges"]
    assert isinstance(edges, set)
    assert len(edges) == 11
