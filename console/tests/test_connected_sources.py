"""Connected sources on the console: the form of each kind, the history, what is held, the test."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape

import pytest

from console.tests.signing_in import administrator, reader
from provisioning.engine.importing.connected import Wish, connect_source
from provisioning.models import ReadState, SourceConnection, SourceRead

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TYPED = {
    "name": "head office",
    "url": "ldaps://dc1.example.com",
    "security": "tls",
    "bases": "dc=example,dc=com",
    "password": "do not show me",
    "interval": "60",
}


@pytest.fixture
def marie(client, db):
    return administrator(client)


@pytest.fixture
def row(db) -> SourceConnection:
    said = {name: TYPED[name] for name in ("url", "security", "bases")}
    return connect_source(None, Wish("head office", "ldap", said, TYPED["password"]), NOW)


def text_of(answer):
    return unescape(answer.content.decode())


def address(row: SourceConnection, more: str = "") -> str:
    return f"/directory/sources/{row.origin_id}/{more}"


def test_the_list_offers_every_kind_and_each_has_its_form(client, marie):
    assert "LDAP or Active Directory" in text_of(client.get("/directory/sources/"))

    ldap = text_of(client.get("/directory/sources/connect/ldap/"))
    graph = text_of(client.get("/directory/sources/connect/graph/"))

    assert "Filter of people" in ldap
    assert "Application (client) ID" in graph
    assert client.get("/directory/sources/connect/fax/").status_code == 404


def test_what_is_typed_is_stored_and_its_secret_never_comes_back(client, marie):
    answer = client.post("/directory/sources/connect/ldap/", TYPED, follow=True)

    stored = SourceConnection.objects.get()
    assert (stored.origin.name, stored.interval.total_seconds()) == ("head office", 3600)
    assert "head office" in text_of(answer)
    again = text_of(client.get(address(stored, "settings/")))
    assert TYPED["password"] not in again
    assert "It is stored. Leave empty to keep it." in again


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"url": "dc1"}, "An address begins with ldaps:// or ldap://."),
        ({"bases": ""}, "This field is required."),
        ({"security": "none"}, "Without encryption the password could be read on its way."),
        ({"interval": "7"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_stored(client, marie, typed, told):
    said = {**TYPED, **typed}
    if "security" in typed:
        said["url"] = "ldap://dc1.example.com"

    answer = client.post("/directory/sources/connect/ldap/", said)

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not SourceConnection.objects.exists()


def test_the_history_says_what_each_read_did_and_why_one_failed(client, marie, row):
    counts = {part: {"added": 7, "changed": 0, "removed": 0, "unchanged": 0} for part in ("users",)}
    SourceRead.objects.create(
        origin=row.origin, started=NOW, state=ReadState.DONE, counts=counts, whole=False
    )
    reason = {"reason": "The line went dead.", "recommendedAction": "Check the line."}
    SourceRead.objects.create(origin=row.origin, started=NOW, state=ReadState.FAILED, reason=reason)

    text = text_of(client.get(address(row)))

    for words in ("what changed", "+7", "The line went dead.", "Check the line."):
        assert words in text


def test_read_now_asks_a_worker_and_says_so(client, marie, row):
    SourceConnection.objects.update(next_read_at=None)

    answer = client.post(address(row), {"op": "full"}, follow=True)

    row.refresh_from_db()
    assert "read as soon as a worker looks" in text_of(answer)
    assert row.next_read_at is not None
    assert (row.asked["whole"], row.asked["actor"]) == (True, marie.pk)


def test_what_is_held_is_shown_and_released_in_the_numbers_of_the_page(client, marie, row):
    held = {"users": {"present": 1200, "missing": 1100}}
    SourceRead.objects.create(origin=row.origin, started=NOW, state=ReadState.HELD, held=held)

    page = text_of(client.get(address(row)))
    client.post(address(row), {"op": "release", "missing.users": "1100", "missing.groups": "x"})

    assert 'name="missing.users" value="1100"' in page
    row.refresh_from_db()
    assert row.asked["released"] == {"users": 1100}


def test_a_reader_looks_and_changes_nothing(client, row):
    reader(client)

    text = text_of(client.get(address(row)))

    assert "Read now" not in text
    assert client.post(address(row), {"op": "sync"}).status_code == 403
    assert client.get(address(row, "settings/")).status_code == 403
