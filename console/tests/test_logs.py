"""Provisioning logs: found, explained, exported."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.utils import timezone

from console.pages.log_search import read_search
from console.pages.spreadsheet import csv_line
from console.tests.signing_in import administrator, reader
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import AuditEvent, Cycle, Escrow, Job, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
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
    table = text.partition("<tbody")[2].partition("</tbody>")[0]
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
        ({"q": "status:skipped user:karim"}, {"karim"}),
        ({"q": 'status:skipped user:"bob roy"'}, {"bob"}),
        ({"q": "status:skipped status:success"}, {"ana", "eve", "karim", "bob"}),
        ({"q": "action:create", "action": "update"}, {"ana", "eve"}),
        ({"user": "eve@contoso.example"}, {"eve"}),
        ({"since": "2999-01-01"}, set()),
        ({"type": "group"}, set()),
        ({"type": "user", "period": "1h"}, {"ana", "eve"}),
        ({"action": ["create", "update"]}, {"ana", "eve"}),
        ({"until": "2999-01-01"}, {"ana", "eve"}),
        ({"until": "2020-01-01"}, set()),
        ({"http": "201"}, {"ana", "eve"}),
        ({"http": "20"}, set()),
        ({"attribute": "displayName", "action": "update"}, {"ana"}),
        ({"attribute": "userName", "action": "update"}, set()),
        ({"over": "3600000"}, set()),
        ({"by": "cycle"}, {"ana", "eve"}),
        ({"by": "on-demand"}, set()),
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
        ("status:failure ana ruiz", "ana ruiz", {"status": ["failure"]}),
        ("CYCLE:42", "", {"cycle": ["42"]}),
        ("a user:x b user:y", "a b", {"user": ["x", "y"]}),
        ('user:"ana ruiz" b', "b", {"user": ["ana ruiz"]}),
        ("status:failure status:skipped", "", {"status": ["failure", "skipped"]}),
        ("http:409", "", {"http": ["409"]}),
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
            error={"errorCode": code},
        )


def test_failures_are_grouped_by_cause_the_most_frequent_first(client, job):
    failed(job, "TargetUnreachable", 2)
    failed(job, "AttributeRejected", 3)

    text = page(client, query={"view": "causes"})

    assert text.index("cause=AttributeRejected") < text.index("cause=TargetUnreachable")
    assert names(page(client, query={"cause": "AttributeRejected"})) == set()


def refused(job, name, code="UnprocessableEntity"):
    """Somebody who waits for another try, and the entry of the last one."""
    now = timezone.now()
    person = directory_object(name)
    Escrow.objects.create(
        job=job,
        object=person,
        code=code,
        message="title is too long",
        tries=5,
        first_failed=now,
        next_try=now + timedelta(hours=8),
    )
    error = {
        "errorCode": code,
        "reason": "Genesys Cloud does not accept the title.",
        "additionalDetails": "<b>title</b> is too long",
        "recommendedAction": "Shorten it.",
    }
    return LogEntry.objects.create(
        job=job,
        at=now,
        object=person,
        kind="user",
        source_id=name,
        source_name=name,
        operation="update",
        status="failure",
        error=error,
    )


def test_causes_are_those_of_entries_that_a_cycle_wrote(client, job, genesys, directory):
    genesys.set_faults(["status:code=400,method=PATCH,times=9"])
    directory.person("ana", displayName="Ana Refused")
    directory.sync()
    cycle(job)
    written = LogEntry.objects.filter(status="failure").latest("at")
    code = written.error["errorCode"]

    text = page(client, query={"view": "causes"})

    assert f"cause={code}" in text
    assert names(page(client, query={"cause": code})) == {"ana"}


def test_who_failed_by_one_cause_is_tried_again_together(client, job):
    administrator(client)
    refused(job, "ana")
    refused(job, "eve")
    address = f"{LOG}retry/?cause=UnprocessableEntity"

    assert "Retry these 2" in page(client, query={"view": "causes"})
    asked = page(client, address)
    assert "Ana Maria Ruiz" in asked
    assert client.post(address).status_code == 200  # without "confirmed": asked again
    assert not Cycle.objects.filter(ended=None).exists()
    client.post(address, {"confirmed": "yes"})

    assert Cycle.objects.filter(job=job, ended=None).exists()
    assert not Escrow.objects.filter(next_try__gt=timezone.now()).exists()
    assert AuditEvent.objects.latest("pk").changes[0]["new"] == "UnprocessableEntity: 2"


def test_while_a_cycle_runs_a_retry_is_for_the_next_one(client, job):
    administrator(client)
    refused(job, "ana")
    open_cycle(job, Request())

    client.post(f"{LOG}retry/?cause=UnprocessableEntity", {"confirmed": "yes"})

    assert "A cycle is running. They are tried again in the next one." in page(client)
    assert Cycle.objects.filter(job=job, ended=None).count() == 1


def test_nobody_to_try_again_begins_nothing(client, job):
    administrator(client)
    client.post(f"{LOG}retry/?cause=Unknown", {"confirmed": "yes"})

    assert not Cycle.objects.filter(ended=None).exists()


def test_a_failure_says_what_to_do_what_the_target_said_and_tries_again(client, job):
    entry = refused(job, "ana")
    address = f"/logs/{entry.pk}/"

    assert "Retry this user" not in page(client, address)
    administrator(client)
    text = page(client, address)

    for word in ("Shorten it.", "<b>title</b> is too long", "Retry this user", "Edit the mapping"):
        assert word in text
    assert "<b>title" not in client.get(address).content.decode()
    sent = client.post(
        "/applications/genesys-eu/on-demand/", {"user": str(entry.object_id), "mode": "provision"}
    )
    assert "/on-demand/" in sent["Location"]


def test_facets_count_what_the_other_filters_leave(client, job):
    counts = page(client, query={"status": "skipped", "action": "create"})

    def count(name, value):
        found = re.search(
            rf'name="{name}" value="{value}"[^>]*>.*?class="hint">(\d+)', counts, re.DOTALL
        )
        assert found is not None
        return int(found.group(1))

    creates = LogEntry.objects.filter(operation="create")
    assert count("status", "success") == creates.filter(status="success").count() > 0
    assert count("status", "skipped") == 0
    assert count("action", "update") == 0


def test_a_filter_that_is_set_is_taken_back_by_its_chip_and_what_is_typed_by_typing(client, job):
    text = page(client, query={"status": ["skipped", "success"], "q": "action:create x"})

    assert 'href="?status=success&q=action%3Acreate+x"' in text
    assert "Action:" not in text.partition('aria-label="Filters that are set"')[2][:900]
    assert 'value="skipped" form="filters" checked' in text
    assert 'value="create" form="filters" checked' not in text


def test_a_fragment_is_only_a_part_and_a_plain_visit_gets_the_page(client, job):
    entry = LogEntry.objects.latest("at")
    for target, query in (("panel", {"entry": entry.pk}), ("results", {}), ("more", {})):
        headers = {"hx-request": "true", "hx-target": target}
        part = client.get(LOG, query, headers=headers).content.decode()
        assert "<html" not in part
        assert "Ana" in part
    assert client.get(f"{LOG}new/").status_code == 302
    assert client.get("/logs/new/").status_code == 302


def test_new_entries_are_counted_and_nothing_new_is_no_answer(client, job):
    headers = {"hx-request": "true", "hx-target": "new-entries"}
    first = LogEntry.objects.filter(status="success").latest("at", "pk")
    query = {"first": first.pk}

    assert client.get(f"{LOG}new/", query, headers=headers).status_code == 204
    failed(job, "X", 2)
    assert "2 new entries" in client.get(f"{LOG}new/", query, headers=headers).content.decode()
    assert "2 new entries" in client.get("/logs/new/", query, headers=headers).content.decode()
    said = {**query, "said": "2"}
    assert client.get(f"{LOG}new/", said, headers=headers).status_code == 204
    other = {**query, "status": "skipped"}
    assert client.get(f"{LOG}new/", other, headers=headers).status_code == 204


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
