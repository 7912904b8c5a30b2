"""Provisioning logs: found, explained, exported."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from io import StringIO

import pytest
from django.utils import timezone

from console.log_search import read_search
from console.spreadsheet import csv_line
from console.tests.signing_in import reader
from provisioning.models import Job, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

LOG = "/applications/genesys-eu/logs/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    """Ana was created and changed, Bob failed, Karim is left out, Eve has a hostile name."""
    directory.person("ana", displayName="Ana Ruiz")
    directory.person("bob", displayName="Bob Roy", userPrincipalName="")
    directory.person("karim", displayName="Karim Lopez")
    directory.person("eve", displayName=HOSTILE, jobTitle="=1+1")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[
            {"user": "ana", "role": "agent"},
            {"user": "bob", "role": "agent"},
            {"user": "eve", "role": "agent"},
            {"user": "karim", "role": "Default Access"},
        ],
    )
    cycle(job, approve=True)
    directory.person("ana", displayName="Ana Maria Ruiz")
    directory.sync()
    cycle(job)
    reader(client)
    return job


def page(client, address=LOG, query=None):
    answer = client.get(address, query)
    assert answer.status_code == 200
    assert len(answer.content) < 90_000
    return unescape(answer.content.decode())


def names(text):
    table = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return {
        short
        for short, name in {
            "ana": "Ana",
            "karim": "Karim Lopez",
            "eve": HOSTILE,
            "bob": "Bob Roy",
        }.items()
        if f"<bdi>{name}" in table
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"ana", "eve"}),
        ({"view": "everything"}, {"ana", "eve", "karim", "bob"}),
        ({"status": "skipped"}, {"karim", "bob"}),
        ({"status": ["success", "skipped"]}, {"ana", "eve", "karim", "bob"}),
        ({"action": "update"}, {"ana"}),
        ({"cycle": "2"}, {"ana"}),
        ({"q": "ruiz"}, {"ana"}),
        ({"q": "cycle:1 action:create ana"}, {"ana"}),
        ({"q": "status:skipped"}, {"karim", "bob"}),
        ({"user": "eve@contoso.example"}, {"eve"}),
        ({"since": "2999-01-01"}, set()),
        ({"kind": "group"}, set()),
        # What cannot exist is left out, so that a link from a mail never breaks.
        ({"cycle": "x", "status": "odd", "action": "odd", "since": "2026-02-31"}, {"ana", "eve"}),
        ({"entry": "nonsense", "before": "nonsense"}, {"ana", "eve"}),
    ],
)
def test_entries_are_found(client, job, query, found):
    text = page(client, query=query)

    assert names(text) == found
    assert found or "No entry matches these filters." in text


def test_no_entry_at_all_says_what_will_appear(client, db, genesys):
    reader(client)
    application(genesys.tenant_url, genesys.token)

    assert "Nothing has happened yet. What cycles do appears here." in page(client)


@pytest.mark.parametrize(
    ("typed", "words", "keys"),
    [
        ("ana", "ana", {}),
        ("status:failure ana ruiz", "ana ruiz", {"status": "failure"}),
        ("CYCLE:42", "", {"cycle": "42"}),
        ("a user:x b user:y", "a b", {"user": "y"}),
        ("http://x", "http://x", {}),
    ],
)
def test_keys_are_read_out_of_what_was_typed(typed, words, keys):
    assert (read_search(typed).words, read_search(typed).keys) == (words, keys)


@pytest.mark.parametrize("tab", ["do", "steps", "changes", "http", "summary", "odd"])
def test_every_tab_of_an_entry_opens_beside_the_list_and_on_its_own_page(client, job, tab):
    entry = LogEntry.objects.filter(status="success").earliest("at")

    beside = page(client, query={"entry": entry.pk, "tab": tab})
    alone = page(client, f"/logs/{entry.pk}/", {"tab": tab})

    for text in (beside, alone):
        assert 'id="panel"' in text
        assert entry.source_name in text


def test_request_and_response_are_shown_without_the_token(client, job, genesys):
    entry = LogEntry.objects.filter(operation="create").earliest("at")

    text = page(client, f"/logs/{entry.pk}/", {"tab": "http"})

    assert "POST" in text
    assert "201" in text
    assert "curl" in text
    assert genesys.token not in text


def test_modified_properties_stand_before_and_after(client, job):
    entry = LogEntry.objects.get(operation="update")

    text = page(client, f"/logs/{entry.pk}/", {"tab": "changes"})

    assert "displayName" in text
    assert "Maria" in text


def test_why_somebody_is_left_out_is_a_sentence(client, job):
    entry = LogEntry.objects.filter(source_name="Karim Lopez").earliest("at")

    assert "Default Access" in page(client, f"/logs/{entry.pk}/")


def failed(job, code, number):
    last = LogEntry.objects.latest("at")
    for index in range(number):
        LogEntry.objects.create(
            job=job,
            cycle=last.cycle,
            at=timezone.now(),
            kind="user",
            source_id=f"{code}{index}",
            source_name=f"{code}{index}",
            operation="create",
            status="failure",
            error={"code": code},
        )


def test_failures_are_grouped_by_cause_the_most_frequent_first(client, job):
    failed(job, "TargetUnreachable", 2)
    failed(job, "AttributeRejected", 3)

    text = page(client, query={"view": "causes"})

    assert text.index("cause=AttributeRejected") < text.index("cause=TargetUnreachable")
    assert names(page(client, query={"cause": "AttributeRejected"})) == set()


@pytest.mark.parametrize("number", [1, 130])
def test_a_long_log_is_read_in_pages_and_costs_no_more_queries(
    client, job, number, django_assert_max_num_queries
):
    failed(job, "X", number)
    seen, address = set(), LOG
    for _page in range(number // 50 + 1):
        with django_assert_max_num_queries(12):
            text = page(client, address)
        seen |= {one for one in range(number) if f"<bdi>X{one}</bdi>" in text}
        address = LOG + "".join(re.findall(r'rel="next" href="([^"]+)"', text))

    assert seen == set(range(number))


def exported(client, extension, query=None):
    answer = client.get(f"{LOG}export.{extension}", query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_the_csv_has_exactly_the_entries_of_the_filters_and_no_formula(client, job):
    text = exported(client, "csv", {"view": "everything", "user": "eve@contoso.example"})

    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    assert [one["name"] for one in rows] == [HOSTILE]
    assert not [cell for one in rows for cell in one.values() if cell.startswith(("=", "+", "@"))]


def test_the_json_lines_are_those_of_the_logs_command(client, job):
    lines = [json.loads(one) for one in exported(client, "jsonl").splitlines()]

    assert {one["sourceIdentity"]["displayName"] for one in lines} >= {"Ana Ruiz", HOSTILE}
    assert all(one["provisioningSteps"] for one in lines)


def test_another_form_is_not_there(client, job):
    assert client.get(f"{LOG}export.xlsx").status_code == 404


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(value):
    assert next(csv.reader(StringIO(csv_line([value, "a"])))) == [f"'{value}", "a"]


def test_T17_a_name_is_text_on_every_view(client, job):
    entry = LogEntry.objects.filter(source_name=HOSTILE).earliest("at")

    for address in (LOG, f"{LOG}?view=everything", "/logs/", f"/logs/{entry.pk}/"):
        assert HOSTILE not in client.get(address).content.decode()


def test_all_applications_share_one_log_page(client, job):
    assert names(page(client, "/logs/")) == {"ana", "eve"}
