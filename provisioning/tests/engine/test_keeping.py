"""Keeping people the guard holds: nobody loses an account until something about them changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.core.errors import ProvisioningError
from provisioning.engine.controls import restart_job
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.explaining import explain
from provisioning.engine.holding import keep_held
from provisioning.models import AuditEvent, Cycle, Job, Plan, PlanRow, Standing
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    application,
    configure,
    cycle,
    directory_object,
)
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import accounts, entries

START = datetime(2100, 1, 1, tzinfo=UTC)


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ten people with accounts, four of whom are blocked since, and held."""
    for number in range(10):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True, now_is=START)
    block(directory, 0, 1, 2, 3)
    assert cycle(job, now_is=later(1)).state == "waiting"
    return job


def block(directory: Directory, *numbers: int) -> None:
    for number in numbers:
        directory.person(f"p{number}", accountEnabled=False)
    directory.sync()


def keep(job: Job) -> int:
    plan = Plan.objects.filter(rows__state="held").latest("created")
    return keep_held(None, plan)


def test_whoever_is_kept_is_not_planned_again(genesys: Running, job: Job):
    assert keep(job) == 4

    run = cycle(job, now_is=later(2))

    assert (run.state, run.counts, run.requests) == ("succeeded", {}, {})
    assert all(accounts(genesys)[f"p{number}"]["active"] for number in range(4))


def test_the_cycle_that_waited_for_the_decision_is_over(job: Job):
    keep(job)

    assert Cycle.objects.latest("number").state == "succeeded"
    assert not PlanRow.objects.filter(state="held").exists()
    event = AuditEvent.objects.latest("pk")
    assert (event.activity, event.changes) == (
        "release",
        [{"path": "held", "old": 4, "new": "kept"}],
    )


def test_a_cycle_that_looks_at_everybody_keeps_them_too(genesys: Running, job: Job):
    keep(job)
    restart_job(None, job)

    run = cycle(job, approve=True, now_is=later(2))

    assert (run.state, run.counts["skip"]) == ("succeeded", 4)
    assert accounts(genesys)["p0"]["active"]


def test_who_changes_in_the_directory_is_decided_anew(
    directory: Directory, genesys: Running, job: Job
):
    keep(job)
    directory.person("p0", jobTitle="Lead")
    directory.sync()

    # One removal is within the limit.
    assert cycle(job, now_is=later(2)).counts == {"disable": 1}
    assert accounts(genesys)["p0"]["active"] is False
    assert accounts(genesys)["p1"]["active"]


def test_who_returns_and_leaves_again_is_decided_anew(
    directory: Directory, genesys: Running, job: Job
):
    keep(job)
    directory.person("p0", accountEnabled=True)
    directory.sync()
    cycle(job, now_is=later(2))
    assert not Standing.objects.filter(code="Kept", object__source_id="p0").exists()
    block(directory, 0)

    assert cycle(job, now_is=later(3)).counts == {"disable": 1}


def test_another_reason_to_leave_is_decided_anew(directory: Directory, genesys: Running, job: Job):
    keep(job)
    configure({"slug": "genesys-eu", "scope": "assigned"})

    run = cycle(job, now_is=later(2))

    assert (run.state, run.counts) == ("waiting", {"held": 10})


def test_kept_people_do_not_count_for_the_guard(directory: Directory, job: Job):
    keep(job)
    block(directory, 4, 5, 6)

    assert cycle(job, now_is=later(2)).counts == {"disable": 3}


def test_a_kept_person_can_still_be_taken_out_by_hand(genesys: Running, job: Job):
    keep(job)

    assert command("provision", "genesys-eu", "p0").code == 0
    assert accounts(genesys)["p0"]["active"] is False


def test_of_a_kept_person_it_is_told_that_somebody_decided(job: Job):
    keep(job)

    told = explain(job, directory_object("p0"))

    assert told["in_application"] is True
    assert told["to_change"][-1].startswith("Nothing: the account is kept as it is.")


def test_keeping_says_so_once_in_the_log(job: Job):
    keep(job)
    cycle(job, now_is=later(2))

    assert len(entries(status="staged")) == 4


def test_nobody_decides_while_a_cycle_runs(job: Job):
    plan = Plan.objects.filter(rows__state="held").latest("created")
    open_cycle(job, Request())

    with pytest.raises(ProvisioningError):
        keep_held(None, plan)
    assert PlanRow.objects.filter(state="held").count() == 4
