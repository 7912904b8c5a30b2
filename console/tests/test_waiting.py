"""Who waits for retry: the list, by cause, and on a person's page; what may be done about it."""

from __future__ import annotations

import pytest
from django.test import Client

from console.tests.signing_in import administrator, reader
from provisioning.models import Cycle, Escrow, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

PAGE = "/applications/genesys-eu/waiting/"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    genesys.set_faults(["status:code=400,method=POST"])
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    return job


def decide(client: Client, what: str, back: str = "") -> str:
    address = f"{PAGE}{directory_object('ana').pk}/{what}/"
    return str(client.post(address, {"back": back})["Location"])


def text(client: Client, address: str = PAGE) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_the_list_names_everybody_with_cause_and_next_try(client, job):
    reader(client)

    shown = text(client)

    for words in ("Person ana", "Person ben", "does not accept a value", "With the next cycle"):
        assert words in shown
    assert "Retry now" not in shown
    assert "Retry these 2" not in text(client, f"{PAGE}?cause=UnprocessableEntity")
    administrator(client)
    assert "Retry these 2" in text(client, f"{PAGE}?cause=UnprocessableEntity")


def test_one_is_ignored_shown_so_and_heeded_again(client, job):
    administrator(client)

    assert decide(client, "ignore") == PAGE
    shown = text(client)
    assert "Ignored until something about it, or a setting, changes" in shown
    assert "is left alone until something about them" in shown

    assert "?app=genesys-eu" in decide(client, "heed", back="user")
    assert not Escrow.objects.ignored().exists()


def test_the_person_page_says_it_and_retries_at_once(client, job):
    administrator(client)
    page = f"/directory/users/{directory_object('ana').pk}/?app=genesys-eu"

    shown = text(client, page)
    assert "Tried 1 time since" in shown
    assert "Retry now" in shown
    assert decide(client, "retry", back="user") == page

    assert "is tried again now" in text(client, page)
    assert Cycle.objects.filter(job=job, ended=None).exists()
    decide(client, "retry")
    assert "comes in the next one" in text(client)


def test_what_cannot_be_done_is_refused(client, job, genesys):
    administrator(client)
    genesys.set_faults([])
    cycle(job)

    decide(client, "ignore")

    shown = text(client)
    assert "does not wait for another try" in shown
    assert "Nobody waits" in shown
    assert client.post(f"{PAGE}{directory_object('ana').pk}/drop/").status_code == 404
