"""The verbs: start, stop, restart, remove, approve; each in one transaction with an audit row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.vocabulary import CycleState
from provisioning.engine import controls
from provisioning.engine.clock import Clock
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Application, AuditEvent, Cycle, Escrow, Job, Link, Plan
from provisioning.models.audit import Activity
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.commanding import command

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    return application("http://127.0.0.1:9/scim", "token-0123456789")


def activities() -> list[str]:
    events = AuditEvent.objects.order_by("pk").exclude(
        activity__in=(Activity.APPLICATION, Activity.IMPORT)
    )
    return [event.activity for event in events]


def test_start_makes_the_next_cycle_due_at_once(job: Job):
    Job.objects.update(next_run=Clock().now() + timedelta(hours=1), watermark=7)

    assert command("start", "genesys-eu", "--json").document == {"status": "on"}

    job.refresh_from_db()
    assert (job.status, job.next_run, job.watermark) == ("on", None, 7)
    assert activities() == [Activity.START]


def test_starting_twice_is_one_audit_row(job: Job):
    controls.start_job(None, job)
    controls.start_job(None, job)

    assert activities() == [Activity.START]


def test_without_credentials_nothing_starts():
    configure({"name": "Bare", "template": "scim"})

    said = command("start", "bare", "--json")

    assert said.code == 2
    assert "no credentials" in said.document["errors"][0]["message"]


def test_stop_asks_the_running_cycle_to_stop(job: Job):
    controls.start_job(None, job)
    running = open_cycle(job, Request())

    assert command("stop", "genesys-eu", "--json").document == {"status": "off"}

    job.refresh_from_db()
    assert job.status == "off"
    assert running is not None
    assert Cycle.objects.get(pk=running.pk).stop_requested
    assert activities() == [Activity.START, Activity.STOP]


def test_applying_status_off_stops_as_stop_does(job: Job):
    controls.start_job(None, job)
    running = open_cycle(job, Request())

    configure({"slug": "genesys-eu", "provisioning": {"status": "off"}})

    assert running is not None
    assert Cycle.objects.get(pk=running.pk).stop_requested


def test_restart_forgets_watermark_retries_and_quarantine_and_keeps_links(
    directory: Directory, job: Job
):
    directory.person("ana")
    directory.sync()
    _remember(job)

    assert command("restart", "genesys-eu", "--json").document == {"status": "off"}

    job.refresh_from_db()
    assert (job.watermark, job.decided_with, job.quarantined_at) == (None, None, None)
    assert not Escrow.objects.exists()
    assert Link.objects.count() == 1
    assert activities() == [Activity.RESTART]


def test_restart_forgets_links_when_it_is_told_to(directory: Directory, job: Job):
    directory.person("ana")
    directory.sync()
    _remember(job)

    command("restart", "genesys-eu", "--forget-links")

    assert not Link.objects.exists()
    assert AuditEvent.objects.latest("pk").changes[1] == {"path": "links", "old": 1, "new": 0}


def test_links_are_not_forgotten_under_a_running_cycle(job: Job):
    open_cycle(job, Request())

    with pytest.raises(ProvisioningError, match="is running"):
        controls.restart_job(None, job, forget_links=True)

    assert activities() == []


def test_an_application_is_removed_with_all_its_rows(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    assert cycle(job, approve=True).state == CycleState.SUCCEEDED

    controls.remove_configuration(None, job.application)

    assert not Application.objects.exists()
    assert not Cycle.objects.exists()
    assert AuditEvent.objects.latest("pk").application_slug == "genesys-eu"
    assert [user["userName"] for user in genesys.state()["users"]] == ["ana@contoso.example"]


def test_an_application_is_not_removed_under_a_running_cycle(job: Job):
    open_cycle(job, Request())

    with pytest.raises(ProvisioningError, match="is running"):
        controls.remove_configuration(None, job.application)


def test_an_approved_plan_begins_a_cycle_of_exactly_this_plan(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job)
    plan = Plan.objects.get()

    controls.approve_plan(None, plan, release_held=False)

    job.refresh_from_db()
    assert job.approved_once
    assert job.open_cycle is not None
    assert job.open_cycle.plan == plan
    assert AuditEvent.objects.latest("pk").changes[0]["new"] == plan.digest


def test_a_plan_of_an_older_definition_is_not_approved(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job)
    configure({"slug": "genesys-eu", "on_leaving_scope": "nothing"})

    with pytest.raises(ConfigurationError, match="older definition"):
        controls.approve_plan(None, Plan.objects.get(), release_held=False)

    assert not Job.objects.get().approved_once


def test_a_created_application_has_its_templates_defaults_and_is_off():
    first = controls.create_application(None, name="Genesys Cloud", template="genesys-cloud")
    second = controls.create_application(None, name="Genesys Cloud", template="genesys-cloud")
    third = controls.create_application(None, name="New", template="scim")

    assert [one.slug for one in (first, second, third)] == [
        "genesys-cloud",
        "genesys-cloud-2",
        "new-2",
    ]
    assert first.job.status == "off"


def _remember(job: Job) -> None:
    """Give the job something to forget."""
    ana = directory_object("ana")
    now = Clock().now()
    Job.objects.filter(pk=job.pk).update(
        watermark=5, decided_with=job.definition, quarantined_at=now, quarantine_tries=2
    )
    Link.objects.create(job=job, object=ana, kind="user", target_id="t1")
    Escrow.objects.create(
        job=job, object=ana, code="x", message="x", first_failed=now, next_try=now
    )
