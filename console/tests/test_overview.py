"""The overview of an application in its three faces: to set up, running or idle, held back."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from console.tests.signing_in import administrator, reader
from provisioning.engine.controls import start_job
from provisioning.engine.cycle import Request
from provisioning.engine.on_demand import provision
from provisioning.models import Application, Cycle, Escrow, Heartbeat, Job
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    application,
    assign,
    configure,
    cycle,
    directory_object,
)
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

PAGE = "/applications/genesys-eu/"
PROGRESS = f"{PAGE}progress/"


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    for name in ("ana", "bob", "cid"):
        directory.person(name, displayName=name.title())
    directory.sync()
    administrator(client)
    return application(genesys.tenant_url, genesys.token, scope="all")


def page(client, address=PAGE, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def poll(client):
    return page(client, PROGRESS, **{"hx-request": "true", "hx-target": "cycle"})


def done(text):
    """The set-up tasks that are completed."""
    tasks = ("Connect", "Notification email", "Mappings", "Who", "Try with one person")
    return {
        one for one in tasks if "Completed" in text.partition(f">{one}<")[2].partition("</li>")[0]
    }


def test_a_new_application_is_a_list_of_tasks(client, db):
    administrator(client)
    configure({"name": "Wiki", "slug": "wiki", "template": "scim"})

    text = page(client, "/applications/wiki/")

    assert "Set up provisioning" in text
    assert done(text) == {"Mappings"}
    assert "Cannot start yet" in text
    assert "Start provisioning" not in text


def test_tasks_are_ticked_off_as_they_are_done(client, job):
    configure({"slug": "genesys-eu", "notification": {"email": ["it@contoso.example"]}})
    assign(job, {"user": "ana", "role": "agent"})

    assert done(page(client)) >= {"Connect", "Notification email", "Mappings", "Who"}


def test_after_the_first_cycle_the_overview_shows_figures(client, job):
    cycle(job, approve=True)

    text = page(client)

    assert "Last cycle" in text
    assert ">3</a>" in text
    assert "of 3 in scope" in text
    assert "3 new, 0 matched" in text
    assert "Nothing fails." in text


def test_skipped_are_those_assigned_and_left_out_as_the_log_names_them(client, job):
    configure({"slug": "genesys-eu", "scope": "assigned"})
    assign(job, {"user": "ana", "role": "agent"}, {"user": "bob", "role": "Default Access"})
    cycle(job, approve=True)
    cycle(job)

    text = page(client)
    listed = page(client, "/applications/")

    skipped = '?status=skipped">1</a>'
    assert skipped in text
    assert skipped in listed
    assert "1 not entitled" in text
    log = page(client, f"{PAGE}logs/?status=skipped")
    assert "Bob" in log
    assert "Cid" not in log


def test_the_top_causes_lead_to_the_log(client, job):
    cycle(job, approve=True)
    now = timezone.now()
    Escrow.objects.create(
        job=job,
        object=directory_object("ana"),
        code="AttributeRejected",
        message="no",
        first_failed=now,
        next_try=now,
    )

    assert "cause=AttributeRejected" in page(client)


def running(job):
    now = timezone.now()
    job.open_cycle = Cycle.objects.create(
        job=job,
        number=job.take_number(),
        kind="incremental",
        started=now,
        phase="changes",
        definition=job.definition,
    )
    job.save()
    return job.open_cycle


def test_while_a_cycle_runs_its_progress_is_asked_for_every_two_seconds(client, job):
    cycle(job, approve=True)
    assert 'hx-trigger="every 20s"' in page(client)

    running(job)
    text = page(client)

    assert 'hx-trigger="every 2s"' in text
    assert "Current cycle" in text
    assert "<progress" in text


def test_a_poll_tells_what_the_database_says_now_and_the_status_with_it(client, job):
    cycle(job, approve=True)
    found = running(job)
    first = poll(client)
    assert 'aria-current="step"' in first
    assert 'id="app-status" hx-swap-oob="true"' in first
    assert "Running" in first

    found.ended = timezone.now()
    found.state = "succeeded"
    found.save()
    job.open_cycle = None
    job.save()

    assert "Last cycle" in poll(client)
    assert 'hx-trigger="every 20s"' in poll(client)


def test_a_plain_visit_to_a_fragment_leads_to_its_page(client, job):
    assert client.get(PROGRESS)["Location"] == PAGE


def test_without_a_worker_a_running_cycle_says_what_is_wrong(client, job):
    cycle(job, approve=True)
    running(job)
    assert "No worker has answered yet" in page(client)

    Heartbeat.objects.create(name="celery@test", at=timezone.now())
    assert "No worker has answered yet" not in page(client)


def test_in_quarantine_the_banner_comes_first_with_the_way_out(client, job):
    cycle(job, approve=True)
    job.refresh_from_db()
    job.quarantined_at = timezone.now()
    job.quarantine_reason = "CredentialsRejected"
    job.save()

    text = page(client)

    assert text.index("Quarantined since") < text.index("Last cycle")
    assert "See how to get out" in text


@pytest.mark.parametrize(
    ("status", "offered", "absent"), [("off", "Start", "Stop"), ("on", "Stop", "Start")]
)
def test_the_button_offered_is_the_one_that_changes_something(client, job, status, offered, absent):
    cycle(job, approve=True)
    Job.objects.update(status=status)

    text = page(client)

    assert f"{offered} provisioning" in text
    assert f"{absent} provisioning" not in text


def test_a_reader_sees_all_numbers_and_no_button(client, job):
    cycle(job, approve=True)
    reader(client)

    text = page(client)

    assert "of 3 in scope" in text
    for word in ("Start provisioning", "Run now", "Restart provisioning"):
        assert word not in text


def test_an_application_that_is_not_there_is_told_by_name(client, job):
    answer = client.get("/applications/nowhere/")

    assert answer.status_code == 404
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("UnprocessableEntity", 'href="/applications/genesys-eu/mappings/users/">Fix'),
        ("Unauthorized", 'href="/applications/genesys-eu/credentials/">Fix'),
        ("TooManyRequests", "waits</span>"),
    ],
)
def test_a_cause_leads_to_its_fix_or_says_that_it_waits(client, job, code, said):
    cycle(job, approve=True)
    now = timezone.now()
    ana = directory_object("ana")
    Escrow.objects.create(job=job, object=ana, code=code, first_failed=now, next_try=now)

    assert said in page(client)


def test_the_figures_of_a_cycle_lead_to_its_entries(client, job, directory, genesys):
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Coach")
    directory.sync()
    genesys.set_faults(["status:code=400,method=PATCH"])
    cycle(job)

    text = page(client)

    assert "?status=failure&cycle=2" in text.replace("&amp;", "&")
    assert ">1 cause</dd>" in text


def test_a_poll_of_an_unchanged_overview_has_nothing_to_say(client, job):
    cycle(job, approve=True)
    version = poll(client).partition("v=")[2].partition('"')[0]

    headers = {"hx-request": "true", "hx-target": "cycle"}
    assert client.get(PROGRESS, {"v": version}, headers=headers).status_code == 204


def test_a_poll_brings_what_needs_a_person_along(client, job):
    cycle(job)

    found = poll(client)

    assert '<div id="nav-badges" hx-swap-oob="true">' in found
    assert "1 needs you" in found


def test_an_application_that_is_off_says_that_nothing_begins_by_itself(client, job):
    cycle(job, approve=True)

    assert "Provisioning is off: no cycle begins by itself." in page(client)


def test_statistics_are_counted_when_somebody_asks(client, job):
    cycle(job, approve=True)
    address = f"{PAGE}statistics/"
    assert address in page(client)

    text = page(client, address)

    assert "Longest cycle" in text
    assert str(job.cycles.get().pk) in text


@pytest.mark.parametrize(("tried", "number"), [(False, 3), (True, 4)])
def test_how_far_the_set_up_is_stands_beside_the_name(client, job, tried, number):
    if tried:
        one = directory_object("ana")
        provision(job, one, Request(Purpose.ON_DEMAND, only=one))

    text = page(client)

    assert f"Set-up {number} of 6" in text
    assert "9 user attributes, 3 group attributes · Default, not changed" in text


def test_the_overview_says_until_when_the_application_is_left_alone(client, job):
    cycle(job, approve=True)
    now = timezone.now()
    begin, end = now - timedelta(hours=1), now + timedelta(hours=1)
    window = f"{begin:%Y-%m-%d %H:%M} - {end:%Y-%m-%d %H:%M} UTC"
    hours = f"{begin:%H:%M}-{end:%H:%M} UTC"
    start_job(None, job)
    configure({"slug": "genesys-eu", "limits": {"quiet_hours": hours}})
    assert "Quiet hours until" in page(client)

    configure({"slug": "genesys-eu", "limits": {"maintenance": [window]}})

    text = page(client)
    assert "Maintenance until" in text
    assert "Quiet hours until" not in text
    assert window in text  # among what was changed last
