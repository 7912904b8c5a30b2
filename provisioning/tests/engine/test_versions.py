"""Old and new versions together: unknown formats and old schemas are waited for (F33, F34)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from provisioning.core.errors import ProvisioningError
from provisioning.engine import dispatch, health, runner, schema
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.running import stored_plan
from provisioning.models import Job, Plan
from provisioning.models.plan import PLAN_FORMAT
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import run, user_names


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    directory.person("ana")
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


def test_F33_a_plan_of_a_newer_format_waits_for_a_version_that_knows_it(job: Job, genesys: Running):
    begun = open_cycle(job, Request(approve=True))
    assert begun is not None
    Plan.objects.update(format=PLAN_FORMAT + 1)

    assert begun not in dispatch.sweep()
    assert not runner.turn(begun.pk, sleep=FakeTime().sleep)

    begun.refresh_from_db()
    assert (begun.state, genesys.requests) == ("running", [])
    Plan.objects.update(format=PLAN_FORMAT)
    assert dispatch.sweep() == [begun]
    assert runner.turn(begun.pk, sleep=FakeTime().sleep)
    assert user_names(genesys) == ["ana@contoso.example"]


def test_F33_a_stored_plan_of_a_newer_format_is_refused_by_name(job: Job):
    run(job, FakeTime())
    Plan.objects.update(format=PLAN_FORMAT + 1)

    with pytest.raises(ProvisioningError, match="newer version"):
        stored_plan(job, Plan.objects.get().digest)


@pytest.fixture
def half_migrated(db: None) -> str:
    """`migrate` was killed before its last step; the name of that step."""
    last = MigrationRecorder(connection).migration_qs.filter(app="provisioning").latest("name")
    MigrationRecorder(connection).record_unapplied("provisioning", last.name)
    return f"provisioning.{last.name}"


def test_F34_who_works_refuses_to_start_on_a_schema_that_is_behind(
    half_migrated: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "close", lambda: None)

    with pytest.raises(SystemExit, match=half_migrated):
        schema.refuse_if_behind()

    assert health.Part.DATABASE in health.missing_parts()


def test_F33_F34_a_schema_that_is_up_to_date_or_newer_is_no_hindrance(
    db: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "close", lambda: None)
    MigrationRecorder(connection).record_applied("provisioning", "9999_from_tomorrow")

    schema.refuse_if_behind()
