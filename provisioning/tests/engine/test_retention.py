"""What is deleted by itself: old log entries, and plans that nobody approved."""

from __future__ import annotations

from datetime import timedelta

from provisioning.engine.clock import Clock
from provisioning.engine.cycle import Request
from provisioning.engine.retention import purge_all, purge_plans
from provisioning.engine.running import run_beside
from provisioning.models import LogEntry, Plan, PlanRow
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle


def test_entries_older_than_the_application_keeps_them_are_deleted(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.person("ben")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all", log_retention="30d")
    cycle(job, approve=True)
    entries = LogEntry.objects.order_by("source_id")
    LogEntry.objects.filter(source_id="ana").update(at=Clock().now() - timedelta(days=31))

    gone = purge_all(Clock().now())

    assert gone == 1
    assert [entry.source_id for entry in entries.all()] == ["ben"]


def test_a_plan_nobody_approved_goes_after_a_day_and_the_newest_stays(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    for _ in range(3):
        run_beside(job, Request(Purpose.PREVIEW))

    assert purge_plans(Clock().now()) == 0
    assert purge_plans(Clock().now() + timedelta(days=2)) == 2
    assert Plan.objects.count() == 1
    assert PlanRow.objects.count() == 1


def test_a_plan_that_was_run_is_kept(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    run_beside(job, Request(Purpose.PREVIEW))

    assert purge_plans(Clock().now() + timedelta(days=2)) == 0
