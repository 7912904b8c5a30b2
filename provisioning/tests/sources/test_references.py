"""Managers and members that are named before they appear, and after they left (W11 to W14)."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.models.change_number import ChangeNumber
from provisioning.models.directory import DirectoryObject
from provisioning.models.membership import Membership
from provisioning.tests.sources.directories import (
    edges,
    group,
    groups_file,
    imported,
    members_file,
    people_file,
    person,
)

pytestmark = pytest.mark.django_db


def changed_after(number: int) -> set[str]:
    return {one.source_id for one in DirectoryObject.objects.changed_since(number)}


def manager_of(source_id: str) -> str | None:
    one = person(source_id)
    manager = DirectoryObject.objects.managers_of([one]).get(one.pk)
    return manager.source_id if manager else None


def test_W12_an_unknown_manager_is_a_warning_with_its_line_and_the_person_is_there(tmp_path):
    report = imported(tmp_path, users="id,manager\nu1,BOSS\nu2,\nu3,boss\n")

    assert [one.line for one in report.warnings] == [2, 4]
    assert report.rejected == []
    assert manager_of("u1") is None


def test_W12_a_manager_who_appears_is_linked_and_marks_the_subordinates(tmp_path):
    imported(tmp_path, users="id,manager\nu1,BOSS\nu2,\n")
    before = ChangeNumber.current()

    imported(tmp_path, users="id,manager\nu1,BOSS\nu2,\nboss,\n")

    assert manager_of("u1") == "boss"
    assert changed_after(before) == {"u1", "boss"}
    assert person("u1").revision == 1


@pytest.mark.parametrize(
    "boss", ["", "boss,,2026-11-01\n"], ids=["missing from the file", "soft-deleted"]
)
def test_W12_a_manager_who_leaves_is_no_manager_and_marks_the_subordinates(tmp_path, boss):
    header = "id,manager,deletedDateTime\nu1,boss,\nu2,,\n"
    imported(tmp_path, users=f"{header}boss,,\n")
    before = ChangeNumber.current()

    imported(tmp_path, users=header + boss)

    assert manager_of("u1") is None
    assert changed_after(before) == {"u1", "boss"}


def test_W11_managers_in_a_circle_and_their_own_are_kept(tmp_path):
    report = imported(tmp_path, users="id,manager\na,b\nb,a\nc,c\n")

    assert report.warnings == []
    assert [manager_of(one) for one in "abc"] == ["b", "a", "c"]


def test_an_unknown_member_is_a_warning_and_is_linked_when_it_appears(tmp_path):
    members = members_file([("g1", "u1"), ("g1", "Late")])
    parts: dict[str, Any] = {"groups": groups_file(["g1"]), "memberships": members}
    report = imported(tmp_path, users=people_file(["u1"]), **parts)
    assert [one.line for one in report.warnings] == [3]
    before = ChangeNumber.current()

    report = imported(tmp_path, users=people_file(["u1", "late"]), **parts)

    assert report.memberships.unchanged == 2
    assert changed_after(before) == {"g1", "late"}
    found = Membership.objects.members_of([group("g1").pk], nested=False)
    assert found == {group("g1").pk: {person("u1").pk, person("late").pk}}


def test_a_membership_that_begins_or_ends_marks_the_group_and_the_member(tmp_path):
    parts: dict[str, Any] = {
        "users": people_file(["u1", "u2", "u3"]),
        "groups": groups_file(["g1", "g2"]),
    }
    imported(tmp_path, **parts, memberships=members_file([("g1", "u1"), ("g2", "u2")]))
    before = ChangeNumber.current()

    report = imported(tmp_path, **parts, memberships=members_file([("g1", "u3"), ("g2", "u2")]))

    assert (report.memberships.added, report.memberships.removed) == (1, 1)
    assert changed_after(before) == {"g1", "u1", "u3"}
    ended = Membership.objects.get(removed_change__isnull=False)
    assert ended.member_key == "u1"
    assert (ended.removed_change or 0) > ended.added_change


def test_who_leaves_the_directory_leaves_every_group(tmp_path):
    imported(
        tmp_path,
        users=people_file(["u1", "u2"]),
        groups=groups_file(["g1"]),
        memberships=members_file([("g1", "u1"), ("g1", "u2")]),
    )
    before = ChangeNumber.current()

    report = imported(tmp_path, users=people_file(["u2"]))

    assert report.memberships.removed == 1
    assert edges() == {("g1", "u2")}
    assert changed_after(before) == {"u1", "g1"}


def test_a_group_that_leaves_ends_its_memberships_and_marks_the_members(tmp_path):
    imported(
        tmp_path,
        users=people_file(["u1"]),
        groups=groups_file(["g1", "g2"]),
        memberships=members_file([("g1", "u1"), ("g2", "g1", "group")]),
    )
    before = ChangeNumber.current()

    imported(tmp_path, groups=groups_file(["g2"]))

    assert edges() == set()
    assert changed_after(before) == {"g1", "g2", "u1"}


def test_W15_a_member_of_another_kind_is_skipped_with_a_reason(tmp_path):
    report = imported(
        tmp_path,
        groups=groups_file(["g1"]),
        memberships=members_file([("g1", "d1", "device"), ("g1", "u1", "")]),
    )

    assert report.rejected == []
    assert "“device”" in report.warnings[0].reason
    assert edges() == {("g1", "u1")}


def test_a_member_of_an_unknown_group_is_rejected(tmp_path):
    report = imported(tmp_path, users=people_file(["u1"]), memberships=members_file([("g9", "u1")]))

    assert [(one.line, "g9" in one.reason) for one in report.rejected] == [(2, True)]


def test_the_same_membership_twice_counts_once(tmp_path):
    report = imported(
        tmp_path,
        users=people_file(["u1"]),
        groups=groups_file(["g1"]),
        memberships=members_file([("g1", "u1"), ("G1", " U1 ")]),
    )

    assert (report.memberships.added, len(report.warnings)) == (1, 1)
