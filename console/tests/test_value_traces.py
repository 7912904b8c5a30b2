"""How each value came about, where a person asks: on a page, in a plan, in the log."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.tests.signing_in import reader
from provisioning.engine.cycle import Request
from provisioning.engine.running import run_beside
from provisioning.models import Job, LogEntry, PlanRow
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

ATTRIBUTES = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "active", "expression": "Not([IsSoftDeleted])"},
    {"target": "displayName", "expression": 'Join(" ", ToUpper([givenName]), [surname])'},
    {"target": "title", "source": "jobTitle"},
    {"target": "nickName", "expression": 'Append("n", Guid())', "apply": "on_create"},
    {"target": "password", "expression": "Redact([secret])", "apply": "on_create"},
]
NAME = {"target": "displayName", "source": "displayName"}
FRAGMENT = {"HX-Request": "true", "HX-Target": "values"}


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    """Ana is to get an account; whoever looks may only read."""
    directory.person("ana", givenName="Ana", surname="Ruiz", jobTitle="Lead", secret="s3cret-one")
    directory.sync()
    reader(client)
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings={"users": {"attributes": ATTRIBUTES}},
    )


def of_ana(client, query=None, **headers):
    address = f"/directory/users/{directory_object('ana').pk}/values/"
    answer = client.get(address, {"app": "genesys-eu", **(query or {})}, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_person_s_page_opens_it_in_place_and_without_scripts_on_a_page_of_its_own(client, job):
    ana = directory_object("ana").pk
    page = client.get(f"/directory/users/{ana}/").content.decode()
    address = f"/directory/users/{ana}/values/?app=genesys-eu"

    assert page.count(f'hx-get="{address}"') == 1
    assert f'<a href="{address}">' in page


def test_every_piece_tells_what_it_was_given_and_gave(client, job):
    text = of_ana(client)

    assert "As Genesys Cloud EU would get them now." in text
    assert "ToUpper([givenName])</code>: <code><bdi>Ana</bdi></code> → <code><bdi>ANA<" in text


def test_the_part_that_is_asked_for_by_the_page_is_the_part_alone(client, job):
    part = of_ana(client, **FRAGMENT)

    assert part.lstrip().startswith('<div class="stack-of" id="values">')
    assert "<html" not in part
    assert "ToUpper([givenName])" in part


def test_a_redacted_value_is_masked_wherever_it_is_told(client, job):
    text = of_ana(client)

    assert "[Redact]" in text
    assert "s3cret-one" not in text


def test_why_a_mapping_had_no_say_is_said_in_the_reader_s_language(client, job):
    cycle(job, approve=True)

    english = of_ana(client)
    client.cookies["django_language"] = "fr"
    french = of_ana(client)

    assert english.count("Not applied: only when an account is created.") >= 2
    assert "seulement à la création d'un compte." in french
    assert "Comment chaque valeur est obtenue" in french


def test_what_no_page_has_room_for_opens_on_its_own(client, directory, genesys):
    directory.person("ana")
    directory.sync()
    reader(client)
    long = 'Join("", ' + ", ".join(["[jobTitle]"] * 49) + ")"
    more = [{"target": f"custom{number}", "expression": long} for number in range(30)]
    application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings={"users": {"attributes": [*ATTRIBUTES[:3], *more]}},
    )

    whole = of_ana(client)
    alone = of_ana(client, {"attribute": "custom29"})

    assert len(whole.encode()) < 60_000
    link = '<a href="{}?app=genesys-eu&attribute=custom29">'
    link = link.format(f"/directory/users/{directory_object('ana').pk}/values/")
    assert link in whole
    assert link not in alone
    assert alone.count("<details open>") == 1
    assert len(alone.encode()) < 60_000


def test_an_application_that_is_not_there_has_no_values(client, job):
    ana = directory_object("ana").pk

    assert client.get(f"/directory/users/{ana}/values/?app=none").status_code == 404


def looked_at(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def planned(job):
    """A row of a plan for Ana, and the address of its values."""
    row = PlanRow.objects.filter(plan__job=job, object=directory_object("ana")).latest("pk")
    return row, f"/applications/genesys-eu/plans/{row.plan_id}/{row.pk}/values/"


def logged():
    """The newest entry of Ana, and the address of its values."""
    entry = LogEntry.objects.filter(object=directory_object("ana")).latest("at")
    return entry, f"/logs/{entry.pk}/values/"


def test_a_plan_s_row_opens_it_as_it_was_decided_whatever_came_after(client, job, directory):
    """By the plan's own revision and definition: neither the new name nor the new mapping."""
    cycle(job)
    directory.person("ana", givenName="Zoë", surname="Ruiz", jobTitle="Lead")
    directory.sync()
    configure(
        {
            "name": "Genesys Cloud EU",
            "slug": "genesys-eu",
            "mappings": {"users": {"attributes": ATTRIBUTES[:2]}},
        }
    )
    row, address = planned(job)

    page = looked_at(client, f"/applications/genesys-eu/plans/{row.plan_id}/?row={row.pk}")
    text = looked_at(client, address)

    assert f'hx-get="{address}"' in page
    assert "<bdi>ANA Ruiz</bdi>" in text
    assert "ZOË" not in text
    assert f"by configuration version {row.plan.definition.version}." in text


def test_a_log_entry_tells_what_decided_then_and_marks_what_chance_decided(client, job, directory):
    cycle(job, approve=True)
    directory.person("ana", givenName="Zoë", surname="Ruiz", jobTitle="Lead")
    directory.sync()
    entry, address = logged()
    sent = {one["displayName"]: one["newValue"] for one in entry.modified}

    page = looked_at(client, f"/logs/{entry.pk}/?tab=changes")
    text = looked_at(client, address)

    assert f'hx-get="{address}"' in page
    assert "<bdi>ANA Ruiz</bdi>" in text
    assert text.count("</svg>Differs</span>") == 1
    assert f"The log says: <bdi>{sent['nickName']}</bdi>" in text
    assert "s3cret-one" not in text


def test_a_change_of_one_attribute_stands_before_what_did_not_change(client, job, directory):
    cycle(job, approve=True)
    directory.person("ana", givenName="Ana", surname="Ruiz", jobTitle="Chief")
    directory.sync()
    cycle(job)

    _entry, address = logged()
    text = looked_at(client, address)

    assert re.findall(r'translate="no" title="\w+">(\w+)</code></dt>', text)[:2] == [
        "title",
        "userName",
    ]
    assert "Not applied: only when an account is created." in text


def test_who_is_skipped_or_fails_has_a_log_entry_that_says_what_is_missing(client, job, directory):
    directory.person("ana", givenName="", surname="", displayName="")
    directory.sync()
    cycle(job, approve=True)

    _entry, address = logged()

    assert "a value that must be there is missing." in looked_at(client, address)


def test_what_is_older_than_what_is_remembered_says_so_in_a_sentence(client, job):
    cycle(job, approve=True)
    entry, address = logged()
    Job.objects.update(remembers_since=entry.at + timedelta(days=1))

    text = looked_at(client, address)

    assert "How it was decided cannot be told any more." in text
    assert "Nothing is known of Genesys Cloud EU before" in text
    assert "<dl" not in text


def test_provision_on_demand_opens_it_under_what_changed(client, job):
    run = run_beside(job, Request(Purpose.PREVIEW, only=directory_object("ana")))
    _row, address = planned(job)

    page = looked_at(client, f"/applications/genesys-eu/on-demand/{run.pk}/")

    assert f'hx-get="{address}"' in page
    assert "<bdi>ANA Ruiz</bdi>" in looked_at(client, address)


def test_a_row_of_another_plan_or_application_is_not_told(client, job):
    cycle(job)
    row, address = planned(job)

    assert client.get(address.replace("genesys-eu", "wiki")).status_code == 404
    assert client.get(address.replace(f"/{row.pk}/", "/999999/")).status_code == 404


def test_the_page_of_a_past_moment_opens_the_values_of_then(client, job, directory):
    since = timezone.now()
    directory.person("ana", givenName="Zoë", surname="Ruiz", jobTitle="Lead")
    directory.sync()
    ana = directory_object("ana").pk
    moment = {"app": "genesys-eu", "on": since.isoformat()}

    page = client.get(f"/directory/users/{ana}/then/", moment).content.decode()
    [address] = re.findall(r'hx-get="([^"]*/values/[^"]*)"', page)
    text = looked_at(client, unescape(address))

    assert "As Genesys Cloud EU would have got them on " in text
    assert "<bdi>ANA Ruiz</bdi>" in text
    assert "<bdi>ZOË Ruiz</bdi>" in of_ana(client)


@pytest.mark.parametrize("on", ["soon", "2026-13-01"])
def test_a_moment_that_is_none_is_not_found(client, job, on):
    address = f"/directory/users/{directory_object('ana').pk}/values/"

    assert client.get(address, {"app": "genesys-eu", "on": on}).status_code == 404


def test_a_moment_before_what_is_remembered_says_so(client, job):
    assert "Nothing is known of Genesys Cloud EU before" in of_ana(client, {"on": "2001-01-01"})


def test_nested_groups_and_rules_that_ask_for_groups_cost_no_more_than_a_page_may(
    client, directory, genesys
):
    directory.person("ana")
    directory.group("inner", "Inner", ["ana"])
    directory.group("outer", "Outer", ["inner"])
    directory.sync()
    reader(client)
    mine = {"target": "title", "expression": 'IIF(IsMemberOf("Inner"), "In", "Out")'}
    job = application(
        genesys.tenant_url,
        genesys.token,
        nested_groups=True,
        assignments=[{"group": "Outer", "role": "agent"}],
        mappings={"users": {"attributes": [*ATTRIBUTES[:2], mine, NAME]}},
    )
    cycle(job, approve=True)
    _row, of_plan = planned(job)
    _entry, of_log = logged()
    ana = directory_object("ana").pk
    of_person = f"/directory/users/{ana}/values/?app=genesys-eu"

    for address in (of_plan, of_log, of_person):
        with CaptureQueriesContext(connection) as queries:
            text = looked_at(client, address)
        assert "<bdi>In</bdi>" in text
        assert len(queries) <= 12, (address, len(queries))
