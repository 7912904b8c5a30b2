"""Deletions as Graph tells them: softly, for good, seen or missed, and taken back."""

from __future__ import annotations

import pytest

from provisioning.core.errors import SourceUnavailable
from provisioning.core.resource import State
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.models.directory import DirectoryObject
from provisioning.models.membership import Membership
from provisioning.simulator.graph import RunningGraph
from provisioning.sources.base import Part
from provisioning.tests.simulator.graph.companies import (
    ANA,
    BEN,
    CLEO,
    DEVICE,
    SALES,
    STAFF,
    company,
    crowd,
)
from provisioning.tests.sources.graph.tenants import NOW, graph_source, tenant

pytestmark = pytest.mark.django_db


def read(running: RunningGraph, *, whole: bool = False) -> ImportReport:
    return import_directory(graph_source(running), name="entra", now=NOW, terms=Terms(whole=whole))


def one(identifier: str) -> DirectoryObject:
    return DirectoryObject.objects.get(source_key=identifier)


def members(group: str) -> set[str]:
    rows = Membership.objects.current().filter(group__source_key=group)
    return set(rows.values_list("member_key", flat=True))


@pytest.mark.parametrize("whole", [False, True])
def test_who_is_soft_deleted_keeps_groups_manager_and_name_and_comes_back(whole):
    with tenant(seed=company()) as running:
        read(running)
        before = one(BEN)

        running.change("delete_user", id=BEN)
        report = read(running, whole=whole)
        deleted = one(BEN)
        assert (report.users.changed, report.users.removed) == (1, 0)
        assert deleted.state == State.SOFT_DELETED
        assert deleted.display_name == "Ben"
        assert deleted.user_name == "ben@contoso.example"
        assert members(SALES) == {BEN, CLEO}

        running.change("restore_user", id=BEN)
        report = read(running, whole=whole)
        assert report.users.changed == 1
        assert one(BEN).state == State.ACTIVE
        assert one(BEN).attributes == before.attributes
        assert one(BEN).pk == before.pk
        assert members(SALES) == {BEN, CLEO}


def test_the_moment_of_a_deletion_is_the_tenants_and_reading_again_changes_nothing():
    with tenant(seed=company(), now=lambda: 1_800_000_000.0) as running:
        read(running)
        running.change("delete_user", id=BEN)
        read(running)
        told = one(BEN).attributes["deletedDateTime"]

        report = read(running, whole=True)

    assert told == "2027-01-15T08:00:00Z"
    assert report.users.changed == 0


def test_who_is_gone_for_good_leaves_every_group():
    with tenant(seed=company()) as running:
        read(running)
        running.change("delete_user", id=BEN)
        running.change("purge_user", id=BEN)
        report = read(running)

    assert report.users.removed == 1
    assert one(BEN).state == State.GONE
    assert members(SALES) == {CLEO}
    assert DirectoryObject.objects.managers_of([one(CLEO)]) == {}


@pytest.mark.parametrize("how", ["gone", "not_found"])
def test_deletions_behind_an_expired_cursor_are_found_and_told_apart(how):
    with tenant(seed=company()) as running:
        read(running)
        running.change("delete_user", id=BEN)
        running.change("delete_user", id=CLEO)
        running.change("purge_user", id=CLEO)
        running.change("expire_cursors", how=how)
        report = read(running)

    assert report.whole
    assert one(BEN).state == State.SOFT_DELETED
    assert one(CLEO).state == State.GONE
    assert members(SALES) == {BEN}


def test_an_expired_cursor_does_not_remove_blindly():
    with tenant(seed=crowd(40)) as running:
        read(running)
        for number in range(20):
            identifier = f"{number:08x}-1111-4222-8333-444444444444"
            running.change("delete_user", id=identifier)
            running.change("purge_user", id=identifier)
        running.change("expire_cursors")
        report = read(running)

    assert report.held
    assert DirectoryObject.objects.people().present().count() == 40


def test_a_manager_who_is_blocked_changed_or_taken_away_arrives():
    with tenant(seed=company()) as running:
        read(running)
        assert one(CLEO).manager_key == BEN

        running.change("set_manager", user=CLEO, manager=ANA)
        running.change("change_user", id=BEN, accountEnabled=False)
        read(running)
        assert one(CLEO).manager_key == ANA
        assert one(BEN).state == State.DISABLED

        running.change("set_manager", user=CLEO, manager=None)
        read(running)
        assert one(CLEO).manager_key == ""


def test_W15_members_that_are_neither_people_nor_groups_are_left_out_and_counted():
    with tenant(seed=company()) as running:
        report = read(running)

    assert DEVICE not in members(SALES)
    assert members(STAFF) == {ANA, SALES}
    assert [one.reason for one in report.warnings] == [
        "1 members are of the type “device”: only people and groups are read."
    ]


def test_a_microsoft_365_group_that_is_deleted_keeps_its_members_until_it_is_restored():
    with tenant(seed=company()) as running:
        running.change(
            "add_group", id="team-1", displayName="Team", groupTypes=["Unified"], members=[ANA]
        )
        read(running)
        running.change("delete_group", id="team-1")
        read(running)
        assert one("team-1").state == State.SOFT_DELETED

        read(running, whole=True)
        running.change("restore_group", id="team-1")
        read(running)

    assert one("team-1").state == State.ACTIVE
    assert members("team-1") == {ANA}


def test_a_read_stopped_at_every_page_of_graph_leaves_the_next_one_right():
    seed = crowd(60)
    with tenant(seed=seed, page_size=10, members_per_item=10) as running:
        read(running)
        running.change("delete_user", id="00000001-1111-4222-8333-444444444444")
        running.change("purge_user", id="00000001-1111-4222-8333-444444444444")
        for number in range(10, 40):
            identifier = f"{number:08x}-1111-4222-8333-444444444444"
            running.change("change_user", id=identifier, displayName=f"Changed {number}")
        running.change("add_group", id="new", displayName="New", members=[])
        before = set(DirectoryObject.objects.values_list("pk", "revision"))
        stopped = 0
        for page in range(100):
            running.set_faults(f"status:code=400,after={page},path=/*")
            try:
                read(running)
            except SourceUnavailable:
                stopped += 1
                if page == 0:
                    assert set(DirectoryObject.objects.values_list("pk", "revision")) == before
                continue
            break
        running.set_faults()
        read(running)

    assert stopped >= 5
    assert DirectoryObject.objects.people().present().count() == 59
    renamed = DirectoryObject.objects.filter(display_name__startswith="Changed")
    assert renamed.count() == 30
    assert {one.revision for one in renamed} == {2}
    assert len(members(SALES)) == 59
    assert one("new").display_name == "New"
    assert SALES != STAFF


def test_an_attribute_that_is_mapped_later_is_read_for_everybody():
    with tenant(seed=company()) as running:
        running.change("change_user", id=ANA, city="Lyon")
        read(running)
        assert "city" not in one(ANA).attributes

        source = graph_source(running, {Part.USERS: {"city"}})
        report = import_directory(source, name="entra", now=NOW)

    assert report.whole
    assert one(ANA).attributes["city"] == "Lyon"


def test_no_change_costs_one_request_for_people_and_one_for_groups():
    with tenant(seed=company()) as running:
        read(running)
        before = len(running.requests)
        read(running)
        asked = [one.path.partition("?")[0] for one in running.requests[before:]]

    assert asked == ["/v1.0/users/delta", "/v1.0/groups/delta"]
