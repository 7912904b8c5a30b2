"""A connected source: its secret, when it is read, by whom, what is held and what went wrong."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from provisioning.core.errors import ConfigurationError, RetryLater
from provisioning.core.problems import UsageProblems
from provisioning.engine.clock import Clock, database_now
from provisioning.engine.importing import connected
from provisioning.engine.importing.connected import (
    Wish,
    ask_for_read,
    connect_source,
    due_sources,
    find_connection,
    held_numbers,
    read_if_due,
    sync_source,
    try_connection,
)
from provisioning.engine.importing.report import Terms
from provisioning.models import AuditEvent, ReadState, SourceConnection, SourceRead
from provisioning.models.directory import DirectoryObject
from provisioning.sources.base import DirectorySource
from provisioning.tests.engine.commanding import command
from provisioning.tests.sources.conformance.company import PEOPLE, fill
from provisioning.tests.sources.conformance.memory_opponents import Announcing
from provisioning.tests.sources.directories import NOW

pytestmark = pytest.mark.django_db

SAID = {"url": "ldaps://dc1.example.com", "bases": "dc=example,dc=com", "bind_dn": "cn=reader"}
SECRET = "do not show me"


@pytest.fixture
def company(monkeypatch) -> Announcing:
    """What answers in place of the server."""
    made = Announcing()
    fill(made)

    def opened(*_of: object) -> DirectorySource:
        return made.source()

    monkeypatch.setattr(connected, "open_kind", opened)
    return made


def connected_source(**changes: object) -> SourceConnection:
    wish = Wish("head office", "ldap", SAID, SECRET)
    values = {name: getattr(wish, name) for name in ("name", "kind", "said", "secret", "interval")}
    return connect_source(None, Wish(**{**values, **changes}), NOW)


def test_a_secret_is_stored_sealed_and_told_to_nobody():
    row = connected_source()

    assert SECRET.encode() not in bytes(row.secret)
    told = json.dumps([one.changes for one in AuditEvent.objects.all()])
    assert SECRET not in told
    assert '"set"' in told
    assert SECRET not in repr(vars(SourceConnection.objects.get()))


def test_another_address_needs_the_secret_again():
    connected_source()

    with pytest.raises(UsageProblems, match="enter the secret again"):
        connected_source(said={**SAID, "url": "ldaps://elsewhere.example.com"}, secret="")

    kept = connected_source(said={**SAID, "bases": "ou=all"}, secret="")
    assert kept.settings["bases"] == "ou=all"
    assert kept.secret


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"said": {}}, "url"),
        ({"said": {**SAID, "colour": "red"}}, "colour"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
    ],
)
def test_what_is_wrong_is_refused_with_its_key_and_nothing_is_stored(changes, path):
    with pytest.raises(UsageProblems) as caught:
        connected_source(**changes)

    assert path in {one.path for one in caught.value.problems}
    assert not SourceConnection.objects.exists()


def test_a_kind_that_is_not_there_names_those_that_are():
    with pytest.raises(ConfigurationError) as caught:
        connected_source(kind="fax")

    assert "ldap" in caught.value.advice


def test_a_due_source_is_read_once_and_then_again_after_its_interval(company):
    row = connected_source()
    assert list(due_sources()) == [row.pk]

    report = read_if_due(row.pk)

    assert report is not None
    assert report.users.added == len(PEOPLE)
    assert list(due_sources()) == []
    assert read_if_due(row.pk) is None
    row.refresh_from_db()
    assert row.lease_until is None
    assert row.next_read_at is not None
    assert row.next_read_at > Clock().now() + timedelta(minutes=39)


def test_a_source_without_an_interval_is_read_only_when_asked(company):
    row = connected_source(interval=timedelta(0))
    assert list(due_sources()) == []

    marie = User.objects.create(username="marie")
    ask_for_read(marie, row, released=None)
    assert read_if_due(row.pk) is not None

    row.refresh_from_db()
    assert row.next_read_at is None
    assert SourceRead.objects.get().actor == marie


def test_while_one_reads_nobody_else_does(company):
    row = connected_source()
    SourceConnection.objects.update(lease_until=database_now() + timedelta(minutes=1))

    assert list(due_sources()) == []
    with pytest.raises(RetryLater, match="being read already"):
        sync_source(row, Terms(), NOW)
    assert read_if_due(row.pk) is None

    SourceConnection.objects.update(lease_until=database_now() - timedelta(seconds=1))
    assert read_if_due(row.pk) is not None


def test_what_is_held_is_released_in_the_numbers_that_were_shown(company):
    row = connected_source()
    read_if_due(row.pk)
    company.delete(PEOPLE[:6])
    marie = User.objects.create(username="marie")
    ask_for_read(marie, row, released=None)
    read_if_due(row.pk)

    assert held_numbers(row) == {"users": {"present": 24, "missing": 6}}
    ask_for_read(marie, row, released={"users": 6})
    read_if_due(row.pk)

    assert held_numbers(row) == {}
    assert DirectoryObject.objects.people().present().count() == 18


def test_a_read_that_fails_says_why_in_the_history_and_comes_again(monkeypatch):
    row = connected_source()

    def broken(*_of: object) -> DirectorySource:
        raise ConfigurationError("The library is missing.", advice="Install it.")

    monkeypatch.setattr(connected, "open_kind", broken)
    assert read_if_due(row.pk) is None

    told = SourceRead.objects.get()
    assert told.state == ReadState.FAILED
    assert (told.reason["reason"], told.reason["recommendedAction"]) == (
        "The library is missing.",
        "Install it.",
    )
    row.refresh_from_db()
    assert row.lease_until is None
    assert row.next_read_at is not None


def test_the_commands_connect_test_and_read(company, monkeypatch):
    monkeypatch.setenv("LDAP_PASSWORD", SECRET)
    made = command(
        *("connect_source", "head office", "--kind", "ldap", "--secret-env", "LDAP_PASSWORD"),
        *("--set", f"url={SAID['url']}", "--set", "bases=ou=a", "--set", "bases=ou=b"),
    )
    assert made.code == 0
    assert find_connection("head office").settings["bases"] == "ou=a\nou=b"

    read = command("sync_source", "head office", "--json")
    assert (read.code, read.document["users"]["added"]) == (0, len(PEOPLE))
    company.delete(PEOPLE[:6])
    assert command("sync_source", "head office").code == 3
    assert (
        command("sync_source", "head office", "--force", "--json").document["users"]["removed"] == 6
    )
    assert command("sync_source", "nowhere").code == 2


def test_a_test_names_each_layer_and_is_kept(monkeypatch):
    from provisioning.engine.importing import testing

    made = Announcing()
    fill(made)
    monkeypatch.setattr(testing, "open_kind", lambda *_of: made.source())
    row = connected_source()

    steps = try_connection(row, NOW)

    assert [one.verdict.value for one in steps] == ["passed"] * 5
    assert "Person p00" in steps[2].detail
    row.refresh_from_db()
    assert row.last_test["ok"] is True
    assert DirectoryObject.objects.count() == 0
    wrong = testing.probe_source("ldap", {}, lambda: "", NOW)
    assert [one.verdict.value for one in wrong] == ["failed", *["not_tried"] * 4]


def test_a_database_is_connected_read_and_tried_as_any_other_source(tmp_path):
    made = sqlite3.connect(tmp_path / "hr.db")
    made.execute("CREATE TABLE people (id TEXT, name TEXT)")
    made.execute("INSERT INTO people VALUES ('1', 'Ana')")
    made.commit()
    made.close()
    said = {
        "url": f"sqlite://{tmp_path / 'hr.db'}",
        "users_query": 'SELECT id, name AS "displayName" FROM people',
    }
    row = connect_source(None, Wish("hr", "sql", said), NOW)

    steps = try_connection(row, NOW)
    report = sync_source(row, Terms(), NOW)

    assert [one.verdict for one in steps][:3] == ["passed"] * 3
    assert steps[2].detail == "For example Ana."
    assert report.users.added == 1


@pytest.mark.parametrize("name", ["rollcall.sqlite3", "inbox/../rollcall.sqlite3"])
def test_the_files_of_this_installation_are_no_directory(settings, tmp_path, name):
    settings.ROLLCALL_DATA = tmp_path
    (tmp_path / "inbox").mkdir()
    said = {"url": f"sqlite://{tmp_path}/{name}", "users_query": "SELECT * FROM auth_user"}
    row = connect_source(None, Wish("hr", "sql", said), NOW)

    with pytest.raises(ConfigurationError, match="one of Rollcall's own"):
        sync_source(row, Terms(), NOW)
