"""What changed arrives, and nothing else; whoever tells changes is not read whole for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.core.resource import Kind, State
from provisioning.engine.importing.report import Terms
from provisioning.models import SourceCursor
from provisioning.tests.sources.conformance.company import (
    PEOPLE,
    STAFF,
    everything,
    members_of,
    read,
    stored,
)
from provisioning.tests.sources.conformance.opponent import Can, Opponent, Person
from provisioning.tests.sources.directories import NOW


def test_a_feed_is_read_by_its_changes_and_everything_else_whole(opponent: Opponent):
    read(opponent.source())

    report = read(opponent.source())

    assert report.whole is (Can.FEED not in opponent.can)
    assert SourceCursor.objects.count() == (3 if Can.FEED in opponent.can else 0)


def test_a_rename_changes_one_person_whose_id_stays(opponent: Opponent):
    read(opponent.source())
    identity = stored(opponent, "p05").pk

    opponent.rename("p05", "Renamed Person")
    report = read(opponent.source())

    assert (report.users.added, report.users.changed, report.users.removed) == (0, 1, 0)
    assert stored(opponent, "p05").display_name == "Renamed Person"
    assert stored(opponent, "p05").pk == identity
    assert members_of(opponent, "staff") == set(STAFF)


@pytest.mark.needs(Can.MOVE)
def test_somebody_who_moves_is_the_same_person_with_the_same_groups(opponent: Opponent):
    read(opponent.source())

    opponent.move("p03", "Lyon")
    report = read(opponent.source())

    assert (report.users.added, report.users.changed, report.users.removed) == (0, 1, 0)
    assert members_of(opponent, "staff") == set(STAFF)


def test_a_value_that_is_taken_away_is_absent_afterwards(opponent: Opponent):
    read(opponent.source())
    assert "mail" in stored(opponent, "p07").attributes

    opponent.put_people([Person("p07", "Person p07", "", "p08")])
    read(opponent.source())

    assert "mail" not in stored(opponent, "p07").attributes


def test_somebody_new_arrives_with_manager_and_group(opponent: Opponent):
    read(opponent.source())

    opponent.put_people([Person("new", "Newcomer", "new@example.com", "p01")])
    opponent.add_member("staff", "new")
    report = read(opponent.source())

    assert (report.users.added, report.memberships.added) == (1, 1)
    assert stored(opponent, "new").manager_key == opponent.id_of("p01").lower()
    assert members_of(opponent, "staff") == {*STAFF, "new"}


def test_memberships_that_begin_and_end_are_the_only_ones_that_change(opponent: Opponent):
    read(opponent.source())

    opponent.add_member("staff", "p20")
    opponent.remove_member("staff", "p02")
    opponent.add_member("all", "night", Kind.GROUP)
    report = read(opponent.source())

    assert (report.memberships.added, report.memberships.removed) == (2, 1)
    assert members_of(opponent, "staff") == {*STAFF, "p20"} - {"p02"}
    assert members_of(opponent, "all") == {"staff", "night", "p09"}


def test_a_group_comes_and_goes(opponent: Opponent):
    read(opponent.source())

    opponent.put_group("crew", [(Kind.USER, "p11")])
    read(opponent.source())
    assert members_of(opponent, "crew") == {"p11"}
    opponent.delete_group("crew")
    report = read(opponent.source())

    assert report.groups.removed == 1
    assert stored(opponent, "crew", Kind.GROUP).state == State.GONE
    assert members_of(opponent, "crew") == set()


@pytest.mark.needs(Can.EXPIRE)
def test_an_expired_cursor_is_a_full_read_that_loses_nothing(opponent: Opponent):
    read(opponent.source())
    opponent.rename("p01", "Changed Meanwhile")
    opponent.delete(["p02"])

    opponent.expire_cursors()
    report = read(opponent.source())

    assert report.whole
    assert (report.users.changed, report.users.removed) == (1, 1)
    assert read(opponent.source()).whole is False


@pytest.mark.needs(Can.FEED, Can.FILTER)
def test_a_changed_filter_voids_the_cursor(opponent: Opponent):
    read(opponent.source())

    assert read(opponent.filtered_source()).whole
    assert read(opponent.filtered_source()).whole is False
    assert read(opponent.source()).whole


@pytest.mark.needs(Can.FEED)
def test_after_a_week_everything_is_read_again(opponent: Opponent):
    read(opponent.source())

    assert read(opponent.source(), now=NOW + timedelta(days=6)).whole is False
    assert read(opponent.source(), now=NOW + timedelta(days=7)).whole
    assert read(opponent.source(), now=NOW + timedelta(days=13)).whole is False


@pytest.mark.needs(Can.FEED)
def test_changes_and_a_full_read_come_to_the_same_directory(opponent: Opponent):
    read(opponent.source())
    opponent.rename("p01", "Changed")
    opponent.delete([PEOPLE[23]])
    opponent.put_people([Person("new", "Newcomer", "", "p02")])
    opponent.add_member("night", "new")
    opponent.remove_member("all", "p09")
    read(opponent.source())
    by_changes = everything()

    assert read(opponent.source(), Terms(whole=True)).whole

    assert everything() == by_changes
