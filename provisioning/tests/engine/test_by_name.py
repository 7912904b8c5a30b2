"""Person by person: what the guard holds is released or kept by name, and the rest waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.core.errors import ProvisioningError
from provisioning.engine.holding import keep_held, newest_review, release_held
from provisioning.models import AuditEvent, Job, Plan, PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    application,
    configure,
    cycle,
    directory_object,
)
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import accounts

START = datetime(2100, 1, 1, tzinfo=UTC)


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ten people with accounts, five of whom are blocked since, and held."""
    for number in range(10):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True, now_is=START)
    block(directory, 0, 1, 2, 3, 4)
    assert cycle(job, now_is=later(1)).state == "waiting"
    return job


def block(directory: Directory, *numbers: int) -> None:
    for number in numbers:
        directory.person(f"p{number}", accountEnabled=False)
    directory.sync()


def blocked(genesys: Running) -> set[str]:
    return {name for name, one in accounts(genesys).items() if not one["active"]}


def test_who_is_held_is_listed_with_the_reason(job: Job):
    listed = command("held", "genesys-eu", "--json")

    assert listed.code == 0
    assert [one["object"]["id"] for one in listed.document["held"]] == [
        f"p{number}" for number in range(5)
    ]
    assert "Not active" in listed.document["held"][0]["sentence"]


def test_releasing_some_by_name_writes_those_and_the_others_wait_however_few(
    genesys: Running, job: Job
):
    ran = command(
        "held", "genesys-eu", "--release", "p0", "p1", "p2", "--json", "--now-is",
        later(2).isoformat(),
    )  # fmt: skip

    assert (ran.code, ran.document["released"]) == (3, 3)
    assert [one["object"]["id"] for one in ran.document["held"]] == ["p3", "p4"]
    assert blocked(genesys) == {"p0", "p1", "p2"}

    # Two would be within the limit: they wait all the same, for somebody left them out.
    after = cycle(job, now_is=later(3))
    assert (after.state, after.counts, after.requests) == ("waiting", {"held": 2}, {})
    assert "because somebody decided" in str(Plan.objects.latest("created").guard["reasons"])
    assert cycle(job, initial=True, now_is=later(4)).counts["held"] == 2
    assert blocked(genesys) == {"p0", "p1", "p2"}


def test_keeping_some_by_name_leaves_the_others_waiting(genesys: Running, job: Job):
    kept = command("held", "genesys-eu", "--keep", "p0", "p1", "p2", "--json")

    assert (kept.code, kept.document["kept"], len(kept.document["held"])) == (3, 3, 2)
    assert cycle(job, now_is=later(2)).counts == {"held": 2}
    assert blocked(genesys) == set()
    event = AuditEvent.objects.latest("pk")
    assert event.changes == [
        {"path": "held", "old": "Person p0, Person p1, Person p2", "new": "kept"}
    ]


def test_who_waits_is_released_by_everybody_and_by_approval(genesys: Running, job: Job):
    command("held", "genesys-eu", "--release", "p0", "--now-is", later(2).isoformat())
    cycle(job, now_is=later(3))

    assert cycle(job, approve=True, now_is=later(4)).counts == {"disable": 4}
    assert len(blocked(genesys)) == 5
    assert command("held", "genesys-eu", "--json").document["held"] == []


def test_everybody_at_once(genesys: Running, job: Job):
    ran = command(
        "held", "genesys-eu", "--release", "--all", "--json", "--now-is", later(2).isoformat()
    )

    assert (ran.code, ran.document["released"], ran.document["held"]) == (0, 5, [])
    assert len(blocked(genesys)) == 5


def test_F27_what_a_person_released_by_name_does_not_count_for_the_next_24_hours(
    directory: Directory, genesys: Running, job: Job
):
    people = ("p0", "p1", "p2", "p3")
    command("held", "genesys-eu", "--release", *people, "--now-is", later(2).isoformat())
    command("held", "genesys-eu", "--keep", "p4")
    block(directory, 5, 6, 7)

    assert cycle(job, now_is=later(3)).counts == {"disable": 3}
    block(directory, 8)
    assert cycle(job, now_is=later(4)).counts == {"held": 1}


def test_who_changes_in_the_directory_is_decided_anew(
    directory: Directory, genesys: Running, job: Job
):
    command("held", "genesys-eu", "--keep", "p0", "p1", "p2", "p3")
    directory.person("p4", jobTitle="Lead")
    directory.sync()

    assert cycle(job, now_is=later(2)).counts == {"disable": 1}


def test_who_does_not_wait_is_named(job: Job):
    wrong = command("held", "genesys-eu", "--release", "p9", "--json")

    assert wrong.code == 2
    assert "p9" in wrong.document["errors"][0]["message"]
    assert command("held", "genesys-eu", "--release", "--json").code == 2
    assert command("held", "genesys-eu", "--all", "--json").code == 2


def test_nobody_is_released_from_a_review_that_is_out_of_date(genesys: Running, job: Job):
    plan = newest_review(job)
    assert plan is not None
    configure({"slug": "genesys-eu", "on_leaving_scope": "delete"})

    with pytest.raises(ProvisioningError):
        release_held(None, plan, {directory_object("p0").pk})
    assert PlanRow.objects.filter(state="held").count() == 5


def test_nobody_is_kept_twice(job: Job):
    plan = newest_review(job)
    assert plan is not None
    chosen = {directory_object("p0").pk}
    assert keep_held(None, plan, chosen) == 1

    with pytest.raises(ProvisioningError):
        keep_held(None, plan, chosen)
