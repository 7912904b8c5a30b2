"""Cycles: the history of runs, and one of them."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from console.tests.signing_in import administrator, reader
from provisioning.engine import controls
from provisioning.models import Cycle, Job
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
