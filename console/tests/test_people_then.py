"""The person's page for a moment of the past: the same question, answered as it was then."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pytest

from console.tests.signing_in import reader
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, assign, cycle, directory_object
from provisioning.tests.engine.calendar import Calendar, installed
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return installed(monkeypatch)


@pytest.fixture
def job(directory: Directory, genesys: Running, calendar: Calendar, client) -> Job:
    """Ana was in until the 2nd, as an agent of the team; she was called Ana Ruiz."""
    directory.person("ana", displayName="Ana Ruiz", department="Sales")
    directory.group("g1", "Contact centre FR", ["ana"])
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"group": "Contact centre FR", "role": "agent"}],
    )
    cycle(job, approve=True)
    calendar.advance(days=1)
    directory.person("ana", displayName="Ana Moreau", department="Support")
    directory.sync()
    assign(job)
    cycle(job, approve=True)
    calendar.advance(days=1)
    reader(client)
    return job


def answered(client, on: str | datetime, app: str = "genesys-eu"):
    address = f"/directory/users/{directory_object('ana').pk}/then/"
    when = on.isoformat() if isinstance(on, datetime) else on
    return client.get(address, {"app": app, "on": when})


def text_of(client, on: str | datetime, app: str = "genesys-eu") -> str:
    answer = answered(client, on, app)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_reader_sees_why_somebody_was_in_with_the_attributes_of_then(client, job: Job):
    text = text_of(client, "2030-03-01T12:00")

    assert "This is the past: what held on <time" in text
    assert "Why was Ana Moreau in Genesys Cloud EU?" in text
    assert "through Contact centre FR" in text
    assert "Sales" in text
    assert "Support" not in text


def test_and_why_not_a_day_later(client, job: Job):
    text = text_of(client, "2030-03-02T12:00")

    assert "Why was Ana Moreau not in Genesys Cloud EU?" in text
    assert "Support" in text
    assert "Assign this person" not in text


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("", "Give a date with its time."),
        ("yesterday", "This is not a date with its time, such as 2026-03-03 14:00."),
        ("2030-13-41T12:00", "This is not a date with its time"),
        ("2030-03-09T12:00", "2030-03-09T12:00:00+00:00 is still to come."),
        ("9999-12-31T23:59", "is still to come."),
        ("2030-02-27T12:00", "Nothing is known of Genesys Cloud EU before 2030-03-01T09:00:00"),
        ("0001-01-01T00:00", "Nothing is known of Genesys Cloud EU before"),
        ("<b>", "This is not a date with its time"),
    ],
)
def test_a_date_that_cannot_be_answered_for_is_kept_with_the_reason_beside(
    client, job: Job, on: str, said: str
):
    answer = answered(client, on)
    page = answer.content.decode()

    assert answer.status_code == 200
    field = page.partition('name="on"')
    assert said in unescape(field[0].rpartition('class="field wrong"')[2])
    assert f'value="{on.replace("<", "&lt;").replace(">", "&gt;")}"' in field[2] or not on
    assert "This is the past" not in page


def test_an_application_that_does_not_exist_is_refused_at_its_field(client, job: Job):
    assert 'class="field wrong"' in text_of(client, "2030-03-01T12:00", app="nobody")


@pytest.mark.parametrize(
    ("given", "type_"),
    [("2030-03-01T12:00", "datetime-local"), ("2001-01-01", "text"), ("yesterday", "text")],
)
def test_what_a_browsers_own_field_would_drop_stays_as_text(client, job: Job, given, type_):
    assert re.search(rf'<input type="{type_}" name="on" value="{given}"', text_of(client, given))


def test_the_person_page_asks_the_question_without_javascript(client, job: Job):
    ana = directory_object("ana").pk
    page = client.get(f"/directory/users/{ana}/").content.decode()

    form = page.partition(f'action="/directory/users/{ana}/then/"')[2].partition("</form>")[0]
    assert 'name="app" value="genesys-eu"' in form
    assert 'type="datetime-local" name="on"' in form


def test_the_way_back_is_linked(client, job: Job):
    address = f'/directory/users/{directory_object("ana").pk}/?app=genesys-eu"'
    assert f'href="{address}>Show how it is now' in text_of(client, "2030-03-01T12:00")


def test_the_export_of_a_person_holds_what_ended_too(client, directory: Directory, job: Job):
    ana = directory_object("ana").pk
    directory.group("g1", "Contact centre FR", [])
    directory.sync()
    assign(job, {"user": "ana", "role": "supervisor"})
    assign(job)

    stored = client.get(f"/directory/users/{ana}/export.json").json()

    assert (stored["groups"], stored["assignments"]) == ([], [])
    (group,), (assignment,) = stored["formerGroups"], stored["formerAssignments"]
    assert group == {
        "group": "Contact centre FR",
        "since": "2030-03-01T09:00:00Z",
        "until": "2030-03-03T09:00:00Z",
    }
    assert assignment["role"] == "supervisor"
