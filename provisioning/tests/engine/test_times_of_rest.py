"""Quiet hours and maintenance windows: an application is left alone, and what fails in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.engine import dispatch
from provisioning.engine.clock import Clock
from provisioning.engine.controls import start_job
from provisioning.models import Cycle, Escrow, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import Watch, accounts

HOUR = timedelta(hours=1)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ten people with accounts, and one who is new."""
    for number in range(10):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("new")
    directory.sync()
    return job


def quiet(**more: object) -> None:
    """Quiet hours from an hour ago until in an hour."""
    now = Clock().now()
    hours = f"{now - HOUR:%H:%M}-{now + HOUR:%H:%M} UTC"
    configure({"slug": "genesys-eu", "limits": {"quiet_hours": hours, **more}})


def maintained() -> None:
    """A maintenance window from an hour ago until in an hour."""
    now = Clock().now()
    window = f"{now - HOUR:%Y-%m-%d %H:%M} - {now + HOUR:%Y-%m-%d %H:%M} UTC"
    configure({"slug": "genesys-eu", "limits": {"maintenance": [window]}})


@pytest.fixture(params=[quiet, maintained])
def left_alone(request: pytest.FixtureRequest, job: Job) -> Job:
    """The application's time of rest, of either kind."""
    request.param()
    return job


def test_no_cycle_begins_by_itself(left_alone: Job):
    start_job(None, left_alone)
    Job.objects.update(next_run=None)

    assert dispatch.sweep() == []
    assert Cycle.objects.filter(ended=None).count() == 0


def test_a_cycle_that_begins_all_the_same_stops_without_a_request(
    genesys: Running, left_alone: Job
):
    watch = Watch(genesys)

    run = cycle(left_alone)

    assert (run.state, watch.requests) == ("stopped", [])
    assert "new" not in accounts(genesys)
    left_alone.refresh_from_db()
    assert not left_alone.quarantined
    assert not Escrow.objects.exists()


def test_what_was_left_undone_is_done_afterwards(genesys: Running, left_alone: Job):
    cycle(left_alone)
    configure({"slug": "genesys-eu", "limits": {"quiet_hours": None, "maintenance": None}})

    assert cycle(left_alone).counts["create"] == 1


def test_a_person_who_is_provisioned_on_demand_goes_through(genesys: Running, left_alone: Job):
    assert command("provision", "genesys-eu", "new").code == 0
    assert "new" in accounts(genesys)


def test_quiet_hours_with_a_ceiling_go_on(genesys: Running, job: Job):
    quiet(quiet_requests_per_minute=600)

    assert cycle(job).counts["create"] == 1


def test_hours_that_are_over_leave_nobody_alone(genesys: Running, job: Job):
    now = Clock().now()
    over = f"{now - 2 * HOUR:%H:%M}-{now - HOUR:%H:%M} UTC"
    configure({"slug": "genesys-eu", "limits": {"quiet_hours": over}})

    assert cycle(job).counts["create"] == 1


def test_what_fails_on_demand_while_the_application_is_maintained_is_no_try(
    genesys: Running, job: Job
):
    maintained()
    genesys.set_faults(["status:method=POST,code=503"])

    assert command("provision", "genesys-eu", "new").code == 5

    assert Escrow.objects.get().tries == 0
    command("provision", "genesys-eu", "new")
    assert Escrow.objects.get().tries == 0


def test_what_fails_on_demand_in_quiet_hours_is_one(genesys: Running, job: Job):
    quiet()
    genesys.set_faults(["status:method=POST,code=503"])

    command("provision", "genesys-eu", "new")

    assert Escrow.objects.get().tries == 1


def test_an_application_that_goes_down_as_its_maintenance_begins_is_not_quarantined(
    monkeypatch: pytest.MonkeyPatch, genesys: Running, job: Job
):
    maintained()
    genesys.set_faults(["status:code=401"])
    # The window begins after the cycle has asked whether it may go on.
    monkeypatch.setattr("provisioning.engine.credentials.permitted_by", lambda _: lambda _: None)

    run = cycle(job)

    assert run.state == "stopped"
    job.refresh_from_db()
    assert not job.quarantined


def test_without_a_window_the_same_application_is_quarantined(genesys: Running, job: Job):
    genesys.set_faults(["status:code=401"])

    assert cycle(job).state == "quarantined"


def test_the_windows_are_exported_as_they_are_applied(job: Job):
    windows = ["Sun 02:00-06:00 Europe/Paris", "2026-12-05 22:00 - 2026-12-06 04:00 Europe/Paris"]
    configure({"slug": "genesys-eu", "limits": {"maintenance": windows}})

    exported = command("export", "genesys-eu", "--json").document
    assert exported["limits"]["maintenance"] == windows
    configure({"slug": "genesys-eu", "limits": {"maintenance": None}})
    assert command("export", "genesys-eu", "--json").document["limits"]["maintenance"] == []
