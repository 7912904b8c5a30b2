"""Cycles: the history of runs, and one of them."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.utils import timezone

from console.tests.signing_in import administrator, reader
from provisioning.engine import controls, requesting, runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Cycle, Job
from provisioning.models.cycle import Origin
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

CYCLES = "/applications/genesys-eu/cycles/"


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    directory.person("ana")
    directory.person("bob")
    directory.sync()
    reader(client)
    return application(genesys.tenant_url, genesys.token, scope="all")


def page(client, address=CYCLES, query=None):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_cycles_stand_newest_first_with_what_they_did(client, job, directory):
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Coach")
    directory.sync()
    cycle(job)

    text = page(client)

    assert text.index(f'href="{CYCLES}2/"') < text.index(f'href="{CYCLES}1/"')
    assert "Initial" in text
    assert "Incremental" in text


def test_one_cycle_tells_its_counts_and_requests(client, job):
    cycle(job, approve=True)

    text = page(client, f"{CYCLES}1/")

    assert "Succeeded" in text
    assert "POST" in text
    for number in (">2<", "Create"):
        assert number in text


def test_what_people_changed_between_cycles_is_shown_on_demand(client, job):
    cycle(job, approve=True)
    controls.start_job(administrator(client), job)

    assert "Provisioning started" not in page(client)
    assert "Provisioning started" in page(client, query={"changes": "1"})


def test_a_cycle_that_does_not_exist_is_not_there(client, job):
    assert client.get(f"{CYCLES}7/").status_code == 404


def test_no_cycle_yet_is_said(client, job):
    assert "No cycle yet." in page(client)


@pytest.mark.parametrize("number", [1, 70])
def test_a_long_history_costs_no_more_queries(client, job, number, django_assert_max_num_queries):
    now = timezone.now()
    for index in range(number):
        Cycle.objects.create(
            job=job,
            number=job.take_number(),
            started=now - timedelta(hours=index + 1),
            ended=now - timedelta(hours=index),
            state="succeeded",
            definition=job.definition,
        )

    with django_assert_max_num_queries(12):
        page(client)


def rows(client, **query):
    """Each cycle of the list as the texts of its cells, by number."""
    text = page(client, query=query).split("<tbody>")[1]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL):
        cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[dh]>", row)]
        found[cells[0]] = cells
    return found


def test_each_cycle_tells_what_it_changed_and_how_many_it_looked_at(client, job, directory):
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Coach")
    directory.person("bob", accountEnabled=False)
    directory.sync()
    cycle(job, approve=True)

    found = rows(client)

    assert found["1"][5:9] == ["2", "2", "0", "0"]
    assert found["2"][5:9] == ["2", "0", "1", "1"]


def test_each_cycle_tells_who_or_what_began_it(client, job):
    marie = administrator(client)
    marie.first_name = "Marie"
    marie.save()
    cycle(job, approve=True)
    run = requesting.run_now(marie, job)
    runner.turn(run.pk, sleep=lambda _: None)
    controls.save_configuration(marie, {"slug": "genesys-eu", "nested_groups": True})
    cycle(job)
    cycle(job, origin=Origin.COMMAND)

    found = rows(client)

    assert [found[number][4] for number in ("1", "2", "3", "4")] == [
        "Schedule",
        "Marie",
        "Configuration version 2",
        "Command line",
    ]


def test_the_list_follows_a_cycle_that_runs(client, job):
    cycle(job, approve=True)
    assert 'hx-trigger="every 20s"' in page(client)

    open_cycle(job, Request())

    assert 'hx-trigger="every 2s"' in page(client)


def test_the_history_is_a_file_of_all_cycles(client, job):
    cycle(job, approve=True)
    cycle(job)

    answer = client.get(f"{CYCLES}export.csv")

    lines = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))
    assert [(one["number"], one["created"], one["result"]) for one in lines] == [
        ("2", "0", "succeeded"),
        ("1", "2", "succeeded"),
    ]


@pytest.mark.parametrize("number", [1, 30])
def test_a_cycle_with_many_failures_costs_no_more_queries(
    client, directory, genesys, number, django_assert_max_num_queries
):
    for index in range(number):
        directory.person(f"p{index}")
    directory.sync()
    one = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults(["status:code=400,method=POST"])
    cycle(one, approve=True)
    reader(client)

    with django_assert_max_num_queries(12):
        assert "cause=UnprocessableEntity" in page(client, f"{CYCLES}1/")


def test_how_fast_a_long_cycle_wrote_is_drawn(client, job):
    cycle(job, approve=True)
    found = Cycle.objects.get()
    Cycle.objects.update(ended=found.started + timedelta(seconds=40))

    text = page(client, f"{CYCLES}1/")

    assert "Throughput" in text
    assert "in steps of 1 s" in text
