"""Only what really changed gets a change number and a revision; numbers grow with commits."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from provisioning.core.resource import State
from provisioning.engine.importing.report import Terms
from provisioning.models.change_number import ChangeNumber
from provisioning.models.directory import DirectoryObject
from provisioning.models.revision import Revision
from provisioning.tests.sources.directories import (
    NOW,
    groups_file,
    imported,
    members_file,
    people_file,
    person,
    present,
)

pytestmark = pytest.mark.django_db


def test_the_same_files_again_write_nothing(tmp_path):
    parts: dict[str, Any] = {
        "users": "id,manager,accountEnabled\nu1,u2,true\nu2,nobody,false\n",
        "groups": groups_file(["g1"]),
        "memberships": members_file([("g1", "u1"), ("g1", "unknown")]),
    }
    imported(tmp_path, **parts)

    with CaptureQueriesContext(connection) as queries:
        report = imported(tmp_path, **parts)

    # The audit row and the history tell that somebody imported, whatever came of it.
    told = ("auditevent", "sourceread")
    asked = [one["sql"] for one in queries if not any(word in one["sql"] for word in told)]
    verbs = {one.split()[0] for one in asked}
    assert verbs.isdisjoint({"INSERT", "UPDATE", "DELETE", "BEGIN"})
    assert (report.users.unchanged, report.groups.unchanged) == (2, 1)
    assert report.memberships.unchanged == 2


def test_a_changed_person_gets_the_next_number_and_a_revision(tmp_path):
    imported(tmp_path, users="id,jobTitle\nu1,Agent\nu2,Agent\n")
    before = ChangeNumber.current()

    report = imported(
        tmp_path, now=NOW + timedelta(days=1), users="id,jobTitle\nu1,Agent\nu2,Coach\n"
    )

    assert (report.users.changed, report.users.unchanged) == (1, 1)
    assert [one.source_id for one in DirectoryObject.objects.changed_since(before)] == ["u2"]
    history = Revision.objects.filter(object=person("u2")).order_by("number")
    assert [(one.number, one.attributes["jobTitle"]) for one in history] == [
        (1, "Agent"),
        (2, "Coach"),
    ]
    assert history[0].as_object().as_source_object().attributes["jobTitle"] == "Agent"
    assert person("u2").updated == NOW + timedelta(days=1)
    assert person("u2").created == NOW


def test_W05_another_unicode_normal_form_is_no_change(tmp_path):
    imported(tmp_path, users="id,displayName\nu1,Zoe\u0301\n")

    report = imported(tmp_path, users="id,displayName\nu1,Zo\u00e9\n")

    assert report.users.unchanged == 1
    assert person("u1").display_name == "Zoe\u0301"


def test_a_number_is_not_the_boolean_it_equals_in_python(tmp_path):
    imported(tmp_path, users='{"id": "u1", "flag": 1}')

    assert imported(tmp_path, users='{"id": "u1", "flag": true}').users.changed == 1


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("u1,true,", State.ACTIVE),
        ("u1,,", State.ACTIVE),
        ("u1,false,", State.DISABLED),
        ("u1,true,2026-11-01T10:00:00Z", State.SOFT_DELETED),
    ],
)
def test_the_state_comes_from_two_columns(tmp_path, row, state):
    imported(tmp_path, users=f"id,accountEnabled,deletedDateTime\n{row}\n")

    assert person("u1").state == state


def test_who_is_gone_keeps_row_and_history_and_comes_back_as_the_same_person(tmp_path):
    imported(tmp_path, users=people_file(["u1", "u2"]))
    identity = person("u1").pk
    imported(tmp_path, users=people_file(["u2"]))

    assert person("u1").state == State.GONE
    assert person("u1").attributes == {"displayName": "Person u1"}
    report = imported(tmp_path, users=people_file(["U1", "u2"]))

    assert (report.users.added, report.users.unchanged) == (1, 1)
    assert (person("u1").pk, person("u1").revision) == (identity, 3)
    assert present() == {"u1", "u2"}


def test_a_change_file_leaves_what_it_does_not_name(tmp_path):
    imported(tmp_path, users="id,displayName,jobTitle,mail\nu1,Ana,Agent,a@x.example\n")

    imported(tmp_path, Terms(merge=True, removes=False), users="id,jobTitle,mail\nu1,Coach,\n")

    assert person("u1").attributes == {"displayName": "Ana", "jobTitle": "Coach"}


def test_a_complete_file_is_all_there_is_to_know(tmp_path):
    imported(tmp_path, users="id,displayName,jobTitle\nu1,Ana,Agent\n")

    imported(tmp_path, users="id,displayName\nu1,Ana\n")

    assert person("u1").attributes == {"displayName": "Ana"}


def test_change_numbers_grow_and_are_never_shared(tmp_path):
    imported(
        tmp_path,
        users="id,manager\n" + "".join(f"u{n},u{n + 1}\n" for n in range(30)),
        groups=groups_file(["g1", "g2"]),
        memberships=members_file([("g1", f"u{n}") for n in range(30)]),
    )

    numbers = list(DirectoryObject.objects.values_list("change_number", flat=True))
    assert len(numbers) == len(set(numbers)) == 32
    assert max(numbers) <= ChangeNumber.current()


@pytest.mark.django_db(transaction=True)
def test_numbers_are_only_given_inside_a_transaction():
    with pytest.raises(RuntimeError):
        ChangeNumber.take()


def test_numbers_follow_each_other():
    with transaction.atomic():
        first = ChangeNumber.take(3)
        second = ChangeNumber.take()

    assert (second - first, ChangeNumber.current()) == (3, second)


def test_a_mark_is_a_new_number_without_a_revision(tmp_path):
    imported(tmp_path, users=people_file(["u1", "u2"]))
    before = ChangeNumber.current()

    with transaction.atomic():
        marked = DirectoryObject.objects.filter(source_id="u1").mark()

    assert marked == 1
    assert person("u1").change_number == before + 1
    assert person("u1").revision == 1


@pytest.mark.django_db(transaction=True)
def test_I06_a_writer_waits_until_the_numbers_before_its_own_are_committed():
    numbers: list[int] = []

    def take_another() -> None:
        with transaction.atomic():
            numbers.append(ChangeNumber.take())
        connection.close()

    with transaction.atomic():
        numbers.append(ChangeNumber.take())
        other = Thread(target=take_another)
        other.start()
        other.join(timeout=0.3)
        still_waiting = other.is_alive()
    other.join(timeout=20)

    assert still_waiting
    assert numbers == [numbers[0], numbers[0] + 1]
