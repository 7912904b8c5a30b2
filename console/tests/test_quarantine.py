"""Quarantine in the console: why, with the very requests, the way out, and Retry now."""

from __future__ import annotations

import pytest
from django.test import Client

from console.tests.signing_in import administrator, reader
from provisioning.engine import runner
from provisioning.engine.controls import start_job
from provisioning.models import AuditEvent, Cycle, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts

__all__ = ["directory", "genesys"]

PAGE = "/applications/genesys-eu/quarantine/"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for number in range(6):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    start_job(None, job)
    cycle(job, approve=True)
    return job


def fall_ill(directory: Directory, genesys: Running, job: Job, fault: str) -> None:
    for number in range(6):
        directory.person(f"p{number}", jobTitle=f"Lead {fault}")
    directory.sync()
    genesys.set_faults([fault])
    assert cycle(job).state == "quarantined"


def test_a_refused_token_is_told_with_its_requests_and_the_way_out(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    fall_ill(directory, genesys, job, "status:code=401")
    administrator(client)

    text = client.get(PAGE).content.decode()

    for words in (
        "Quarantined: Invalid credentials",
        "Nothing was changed in Genesys Cloud EU since then.",
        "6 accounts are untouched.",
        "Admin &gt; Integrations &gt; OAuth",
        "Update credentials",
        "Retry now",
        "Next automatic try",
        "401",
        "Not yet",
    ):
        assert words in text, words
    assert genesys.token not in text
    assert "See how to get out" not in text
    assert "See how to get out" in client.get("/applications/genesys-eu/plans/").content.decode()


@pytest.mark.parametrize(
    ("fault", "title", "step"),
    [
        ("status:code=503", "Application unreachable", "can be reached from here"),
        ("status:code=400,method=PATCH", "Too many failures", "Look at the causes"),
    ],
)
def test_every_reason_has_its_own_way_out(
    client: Client,
    directory: Directory,
    genesys: Running,
    job: Job,
    fault: str,
    title: str,
    step: str,
):
    fall_ill(directory, genesys, job, fault)
    administrator(client)

    text = client.get(PAGE).content.decode()

    assert f"Quarantined: {title}" in text
    assert step in text
    assert 'class="exchange"' in text


def test_retry_now_ends_the_quarantine_when_the_application_works(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    fall_ill(directory, genesys, job, "status:code=401")
    user = administrator(client)
    genesys.set_faults([])

    assert client.post(f"{PAGE}retry/")["location"] == PAGE
    poll = {"HX-Request": "true", "HX-Target": "quarantine"}
    trying = client.get(PAGE, headers=poll)
    assert trying.status_code == 200
    assert "Trying now" in trying.content.decode()
    assert "<details" not in trying.content.decode()

    runner.turn(Cycle.objects.latest("number").pk, sleep=lambda _: None)
    done = client.get(PAGE, headers=poll)
    assert done.status_code == 286
    assert "Genesys Cloud EU is not in quarantine" in done.content.decode()
    assert 'hx-swap-oob="true"' in done.content.decode()
    assert "Invalid credentials" in done.content.decode()
    assert "Not yet" not in done.content.decode()
    assert {one["title"] for one in accounts(genesys).values()} == {"Lead status:code=401"}
    assert AuditEvent.objects.filter(activity="run", actor=user).exists()


def test_trying_twice_says_that_a_try_is_under_way(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    fall_ill(directory, genesys, job, "status:code=401")
    administrator(client)
    client.post(f"{PAGE}retry/")

    answer = client.post(f"{PAGE}retry/", follow=True)

    assert "A cycle of Genesys Cloud EU is running." in answer.content.decode()


def test_an_application_that_is_well_says_so(client: Client, job: Job):
    administrator(client)

    text = client.get(PAGE).content.decode()

    assert "Genesys Cloud EU is not in quarantine" in text
    assert "Never in quarantine." in text
    assert "Retry now" not in text


def test_a_reader_reads_and_retries_nothing(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    fall_ill(directory, genesys, job, "status:code=401")
    reader(client)

    text = client.get(PAGE).content.decode()

    assert "Quarantined: Invalid credentials" in text
    assert 'id="retry"' not in text
    assert client.post(f"{PAGE}retry/").status_code == 403


def test_the_page_costs_few_queries(
    client: Client,
    directory: Directory,
    genesys: Running,
    job: Job,
    django_assert_max_num_queries,
):
    fall_ill(directory, genesys, job, "status:code=400,method=PATCH")
    administrator(client)

    with django_assert_max_num_queries(12):
        text = client.get(PAGE).content.decode()
    assert len(text) < 60_000


def test_quarantine_is_left_without_a_probe_only_when_confirmed(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    fall_ill(directory, genesys, job, "status:code=401")
    administrator(client)
    leave = f"{PAGE}leave/"

    asked = client.get(leave).content.decode()
    assert "is in quarantine again after it." in asked
    client.post(leave)
    job.refresh_from_db()
    assert job.quarantined

    client.post(leave, {"confirmed": "yes"})
    job.refresh_from_db()
    assert not job.quarantined
    assert job.next_run is None
    assert AuditEvent.objects.latest("pk").activity == "quarantine"


def test_a_reader_may_not_leave_quarantine(client: Client, directory, genesys, job: Job):
    fall_ill(directory, genesys, job, "status:code=401")
    reader(client)

    assert client.post(f"{PAGE}leave/", {"confirmed": "yes"}).status_code == 403
    assert "quarantine/leave/" not in client.get(PAGE).content.decode()


def test_too_many_failures_are_told_with_their_causes(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    fall_ill(directory, genesys, job, "status:code=400,method=PATCH")
    administrator(client)

    text = client.get(PAGE).content.decode()

    assert "every one of at least five people or groups fails" in text
    assert "cause=UnprocessableEntity" in text


def test_a_person_holds_it_back_after_reading_what_that_means(client: Client, job: Job):
    administrator(client)
    address = f"{PAGE}enter/"

    asked = client.get(address).content.decode()
    assert "keep their accounts in Genesys Cloud EU until it goes on" in asked
    assert client.post(address).status_code == 200
    client.post(address, {"confirmed": "yes"})

    text = client.get(PAGE).content.decode()
    for words in (
        "Quarantined: Set by a person",
        "Marie put it into quarantine.",
        "may be written to again",
        "nothing is tried before you select Retry now",
    ):
        assert words in text, words
    assert "No request was sent" not in text
    assert 'id="enter"' not in text
    assert AuditEvent.objects.latest("pk").changes[0]["new"] == "QuarantinedOnDemand"
