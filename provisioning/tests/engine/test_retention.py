"""What is deleted by itself: old log entries, and plans that nobody approved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.core.errors import ConfigurationError
from provisioning.engine.clock import Clock
from provisioning.engine.cycle import Request
from provisioning.engine.explaining import explain
from provisioning.engine.retention import purge_all, purge_due, purge_plans
from provisioning.engine.running import run_beside
from provisioning.models import (
    EndedAssignment,
    LogEntry,
    PastLink,
    PastStanding,
    Plan,
    PlanRow,
)
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    application,
    assign,
    cycle,
    directory_object,
)
from provisioning.tests.engine.calendar import installed


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


def test_the_past_goes_with_the_entries_and_is_then_said_to_be_unknown(
    directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    calendar = installed(monkeypatch)
    directory.person("ana")
    directory.sync()
    assignments = [{"user": "ana", "role": "agent"}]
    job = application(
        genesys.tenant_url, genesys.token, assignments=assignments, log_retention="30d"
    )
    cycle(job, approve=True)
    then = calendar.advance(days=1)
    assign(job)
    cycle(job, approve=True)
    calendar.advance(days=31)
    assert explain(job, directory_object("ana"), then - timedelta(hours=1))["in_application"]

    assert purge_due(calendar.now) > 0
    job.refresh_from_db()

    pasts = (EndedAssignment, PastLink, PastStanding)
    assert [model.objects.count() for model in pasts] == [0, 0, 0]
    with pytest.raises(ConfigurationError, match="before 2030-03-03T09:00:00"):
        explain(job, directory_object("ana"), then - timedelta(hours=1))
    after = calendar.now - timedelta(days=30)
    assert explain(job, directory_object("ana"), after) == explain(job, directory_object("ana"))
    assert purge_all(calendar.now) == 0


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
