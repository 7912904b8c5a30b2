"""The list of timers: whose account will be deleted, when, and why."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from console.tests.signing_in import reader
from provisioning.models import Job, Link
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

PAGE = "/applications/genesys-eu/timers/"
MARKUP = "<b>Zoë</b>"


@pytest.fixture
def job(directory: Directory, genesys: Running, client: Client) -> Job:
    """Three people, one of whom is blocked: deleted after thirty days."""
    for name in ("ana", "bob", "zoe"):
        directory.person(name, displayName=MARKUP if name == "zoe" else name.title())
    directory.sync()
    reader(client)
    rule = {"blocked": {"action": "delete", "after": "30d"}}
    job = application(genesys.tenant_url, genesys.token, scope="all", deprovisioning=rule)
    cycle(job, approve=True)
    return job


def text_of(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_timer_the_page_says_so(client: Client, job: Job):
    assert "No account is to be deleted." in text_of(client)


def test_who_left_is_listed_with_the_way_out_and_the_day(
    client: Client, directory: Directory, job: Job
):
    directory.person("zoe", accountEnabled=False)
    directory.sync()
    cycle(job)

    text = text_of(client)

    assert "Blocked in the directory" in text
    assert unescape(text).count(MARKUP) == 1
    assert MARKUP not in text
    assert ">Ana<" not in text
    assert "With the next cycle" not in text


def test_whose_time_has_come_goes_with_the_next_cycle(
    client: Client, directory: Directory, job: Job
):
    directory.person("zoe", accountEnabled=False)
    directory.sync()
    cycle(job)
    Link.objects.update(delete_at=timezone.now() - timedelta(days=1))
    Link.objects.exclude(object__source_id="zoe").update(delete_at=None)

    assert "With the next cycle" in text_of(client)


def test_many_timers_cost_no_more_queries(
    client: Client, directory: Directory, job: Job, django_assert_max_num_queries
):
    Link.objects.update(delete_at=timezone.now(), left={"blocked": timezone.now().isoformat()})

    with django_assert_max_num_queries(12):
        text_of(client)
