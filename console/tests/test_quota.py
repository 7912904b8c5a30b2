"""What was learned about a quota stands beside its settings, and a command tells it (P8)."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from console.tests.signing_in import reader
from provisioning.models import Job
from provisioning.tests.builders import application
from provisioning.tests.conftest import valkey_server
from provisioning.tests.quotas import learn
from provisioning.tests.servers import PrivateValkey

__all__ = ["valkey_server"]

TENANT = "http://127.0.0.1:9401/api/v2/scim/v2"


@pytest.fixture
def job(db: None) -> Job:
    return application(TENANT, "token-for-tests")


@pytest.fixture
def learnt(job: Job, valkey_server: PrivateValkey, settings) -> None:
    """A worker was refused once, and holds until the application's minute is over."""
    with valkey_server.client() as client:
        client.flushall()
    settings.CELERY_BROKER_URL = valkey_server.url
    learn(job)


def quota(*arguments: str) -> str:
    out = StringIO()
    call_command("quota", "genesys-eu", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_what_the_workers_know(learnt: None):
    document = json.loads(quota("--json"))

    assert document["known"]
    assert document["requests_per_minute"] == {
        "kept": 270.0,
        "ceiling": None,
        "announced": 300.0,
        "observed": None,
    }
    assert document["sent_in_the_last_minute"] == 7
    assert document["connections"] == {"limit": 2, "in_flight": 2}
    assert document["held"]["because"] == "refused"
    assert document["refused"]["times"] == 1
    assert document["seconds_an_answer"] == {"recent": 0.1, "quickest": 0.05}
    assert (document["processes"], document["waits_first"]) == (1, "removal")


def test_the_settings_page_shows_it_beside_the_limits(learnt: None, client: Client):
    reader(client)
    page = client.get("/applications/genesys-eu/settings/").content.decode()

    assert "What Rollcall learned about this application" in page
    assert "270" in page
    assert "the application answered 429" in page


def test_before_anything_was_sent_it_says_so(job: Job, valkey_server: PrivateValkey, settings):
    with valkey_server.client() as client:
        client.flushall()
    settings.CELERY_BROKER_URL = valkey_server.url

    assert json.loads(quota("--json"))["known"] is False


def test_without_a_broker_the_page_is_there_and_says_why(job: Job, client: Client):
    reader(client)
    page = client.get("/applications/genesys-eu/settings/").content.decode()

    assert "The broker does not answer" in page
