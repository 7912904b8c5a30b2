"""Before a plan is approved, a person may hold single rows back: they wait as the guard's do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.core.errors import ProvisioningError
from provisioning.engine.controls import approve_plan
from provisioning.engine.explaining import explain
from provisioning.engine.holding_back import hold_back
from provisioning.engine.plan_choices import discard_plan
from provisioning.models import AuditEvent, Job, Plan
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.commanding import Said, command
from provisioning.tests.engine.watching import accounts, entries

START = datetime(2100, 1, 1, tzinfo=UTC)


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Five new people, two of whom have the first one as their manager."""
    directory.person("p0")
    for number in range(1, 5):
        directory.person(f"p{number}", **({"manager": "p0"} if number < 3 else {}))
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


def digest(hours: float = 0) -> str:
    made = command("plan", "genesys-eu", "--json", "--now-is", later(hours).isoformat())
    return str(made.document["digest"])


def previewed(hours: float) -> Plan:
    return Plan.objects.get(digest=digest(hours), approved_at=None)


def run(plan: str, *more: str, hours: float = 0) -> Said:
    return command(
        "cycle", "genesys-eu", "--plan", plan, *more, "--json", "--now-is", later(hours).isoformat()
    )


def test_who_is_held_back_gets_nothing_and_the_rest_of_the_plan_is_written(
    genesys: Running, job: Job
):
    ran = run(digest(), "--hold-back", "p0", "p4")

    assert ran.code == 3
    assert (ran.document["counts"]["create"], ran.document["counts"]["held"]) == (3, 2)
    assert set(accounts(genesys)) == {"p1", "p2", "p3"}


def test_the_digest_stays_that_of_the_plan(job: Job):
    plan = digest()

    run(plan, "--hold-back", "p0")

    assert {one.digest for one in Plan.objects.all()} == {plan}


def test_the_log_the_review_and_the_person_say_who_was_held_back(job: Job):
    run(digest(), "--hold-back", "p0")

    [entry] = command("logs", "genesys-eu", "--status", "staged", "--json").lines
    assert "Person p0 was held back from a plan" in entry["sentence"]
    listed = command("held", "genesys-eu", "--json").document["held"]
    assert [one["object"]["id"] for one in listed] == ["p0"]
    assert "held this back by name" in listed[0]["sentence"]
    told = explain(job, directory_object("p0"))
    assert (told["code"], told["because"][0]["reason"]) == ("WaitingForApproval", "HeldBack")
    event = AuditEvent.objects.get(activity="release")
    assert event.changes == [{"path": "held", "old": "Person p0", "new": "held back"}]


def test_later_cycles_hold_them_too_until_they_are_released(genesys: Running, job: Job):
    run(digest(), "--hold-back", "p0")

    again = cycle(job, now_is=later(1))
    assert (again.state, again.counts) == ("waiting", {"held": 1})
    assert cycle(job, initial=True, approve=True, now_is=later(2)).counts["held"] == 1
    assert len(entries(status="staged")) == 1

    released = command(
        "held", "genesys-eu", "--release", "p0", "--now-is", later(3).isoformat(), "--json"
    )
    assert (released.code, released.document["held"]) == (0, [])
    assert "p0" in accounts(genesys)
    # Their reports learn of it with the next cycle, as of any manager who comes late.
    assert cycle(job, now_is=later(4)).counts["update"] == 2


def test_approving_with_what_the_guard_holds_releases_nobody_who_was_held_back(
    genesys: Running, job: Job
):
    ran = run(digest(), "--hold-back", "p0", "--approve")

    assert (ran.code, ran.document["counts"]["held"]) == (3, 1)
    assert "p0" not in accounts(genesys)


def test_who_is_kept_is_left_as_they_are(genesys: Running, job: Job):
    run(digest(), "--hold-back", "p0")

    assert command("held", "genesys-eu", "--keep", "p0").code == 0

    assert cycle(job, now_is=later(1)).counts == {}
    told = explain(job, directory_object("p0"))
    assert (told["in_application"], told["because"][0]["reason"]) == (False, "Kept")


def test_a_person_who_changes_in_the_directory_is_decided_anew(
    directory: Directory, genesys: Running, job: Job
):
    run(digest(), "--hold-back", "p0")
    directory.person("p0", jobTitle="Lead")
    directory.sync()

    assert cycle(job, now_is=later(1)).counts["create"] == 1


def test_a_cycle_that_runs_before_the_plan_is_approved_holds_them_too(
    directory: Directory, genesys: Running, job: Job
):
    cycle(job, approve=True, now_is=START)
    directory.person("p3", jobTitle="Lead")
    directory.person("p4", jobTitle="Lead")
    directory.sync()
    hold_back(None, previewed(0.5), {directory_object("p3").pk})

    assert cycle(job, now_is=later(1)).counts == {"update": 1, "held": 1}
    assert accounts(genesys)["p3"]["title"] == "Agent"


def test_a_discarded_plan_holds_nobody_back(directory: Directory, genesys: Running, job: Job):
    cycle(job, approve=True, now_is=START)
    directory.person("p3", jobTitle="Lead")
    directory.sync()
    plan = previewed(0.5)
    hold_back(None, plan, {directory_object("p3").pk})

    discard_plan(None, plan)

    assert cycle(job, now_is=later(1)).counts == {"update": 1}


def test_a_removal_that_is_held_back_says_why_the_person_leaves(
    directory: Directory, genesys: Running, job: Job
):
    cycle(job, approve=True, now_is=START)
    directory.person("p4", accountEnabled=False)
    directory.sync()

    run(digest(0.5), "--hold-back", "p4", hours=1)

    [held] = command("held", "genesys-eu", "--json").document["held"]
    assert "held this back by name" in held["sentence"]
    assert "Not active" in held["sentence"]
    assert accounts(genesys)["p4"]["active"]


@pytest.mark.parametrize(("named", "told"), [("p9", "p9"), ("unplanned", "is not in this plan")])
def test_who_is_not_in_the_plan_is_named_and_nothing_runs(
    directory: Directory, genesys: Running, job: Job, named: str, told: str
):
    directory.person("unplanned", accountEnabled=False)
    directory.sync()

    refused = run(digest(), "--hold-back", "p0", named)

    assert refused.code == 2
    assert told in refused.document["errors"][0]["message"]
    assert accounts(genesys) == {}
    assert entries(status="staged") == []


def test_holding_back_belongs_to_a_stored_plan(job: Job):
    assert command("cycle", "genesys-eu", "--hold-back", "p0", "--json").code == 2


def test_of_a_plan_that_was_approved_nobody_is_held_back(job: Job):
    plan = previewed(0)
    approve_plan(None, plan, release_held=False)

    with pytest.raises(ProvisioningError):
        hold_back(None, plan, {directory_object("p0").pk})
