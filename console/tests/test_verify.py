"""Verify in the console: begin it, watch it, read what differs, follow the way to mend it."""

from __future__ import annotations

import pytest
from django.test import Client

from console.tests.signing_in import administrator, reader
from provisioning.engine.verifying import runs
from provisioning.models import AuditEvent, Divergence, Job, Verification
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts, from_outside, post_from_outside

__all__ = ["directory", "genesys"]

ADDRESS = "/applications/genesys-eu/verify/"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    return job


def begin(client: Client) -> str:
    """Ask for a verification and answer the address of its report."""
    answer = client.post(ADDRESS)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["location"])


def work() -> Verification:
    """What a worker does next."""
    run = Verification.objects.latest("started")
    assert runs.turn(run.pk, sleep=lambda _: None)
    return run


def test_nothing_was_verified_yet_and_a_reader_may_only_look(client: Client, job: Job):
    reader(client)

    text = client.get(ADDRESS).content.decode()

    assert "Nothing has been verified yet" in text
    assert "Verify now" not in text
    assert client.post(ADDRESS).status_code == 403


def test_a_report_shows_its_progress_then_that_everything_agrees(client: Client, job: Job):
    user = administrator(client)
    address = begin(client)
    poll = {"HX-Request": "true", "HX-Target": "verification"}
    assert "The application is being read" in client.get(address).content.decode()
    assert client.get(address, headers=poll).status_code == 200

    work()

    assert client.get(address, headers=poll).status_code == 286
    text = client.get(address).content.decode()
    assert "Everything agrees" in text
    assert "Directory and application agree" in text
    assert AuditEvent.objects.latest("pk").actor == user


def test_each_exception_says_what_differs_and_leads_to_what_mends_it(
    client: Client, genesys: Running, job: Job
):
    administrator(client)
    account = f"/Users/{accounts(genesys)['ana']['id']}"
    from_outside(genesys, "PATCH", account, {"op": "replace", "path": "title", "value": "<b>Q"})
    post_from_outside(genesys, "/Users", {"userName": "=ghost@x.example", "displayName": "G"})
    address = begin(client)
    work()

    text = client.get(address).content.decode()

    assert "1 Edited there" in text
    assert "&lt;b&gt;Q" in text
    assert "=ghost@x.example" in text
    assert f"/on-demand/?user={directory_object('ana').pk}#chosen" in text
    only = client.get(address, {"show": "extra"}).content.decode()
    assert "=ghost@x.example" in only
    assert "Edited in the application" not in only
    file = b"".join(client.get(f"{address}exceptions.csv")).decode()
    assert "'=ghost@x.example" in file
    assert "title,Agent,<b>Q" in file
    lines = b"".join(client.get(f"{address}exceptions.jsonl")).decode().splitlines()
    assert len(lines) == Divergence.objects.count() == 2
    assert client.get(f"{address}exceptions.xls").status_code == 404


def test_one_that_is_stopped_or_fails_says_so(client: Client, genesys: Running, job: Job):
    administrator(client)
    address = begin(client)
    assert client.post(f"{address}stop/").status_code == 302
    assert "Stopped" in client.get(address).content.decode()

    genesys.set_faults(["status:code=401"])
    address = begin(client)
    work()

    assert "could not be read to its end" in client.get(address).content.decode()
