"""The deletion guard: too many removals wait for a person, everything else runs (F27)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from provisioning.engine.explaining import explain
from provisioning.models import Job, PlanRow, Standing
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import Watch, accounts, entries

START = datetime(2100, 1, 1, tzinfo=UTC)


def company(directory: Directory, target: Running, people: int = 10, **document: Any) -> Job:
    """So many people with accounts; three of them may leave a day."""
    for number in range(people):
        directory.person(f"p{number:02}")
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all", **document)
    assert cycle(job, approve=True, now_is=START).counts == {"create": people}
    return job


def block(directory: Directory, *numbers: int) -> None:
    for number in numbers:
        directory.person(f"p{number:02}", accountEnabled=False)
    directory.sync()


def test_F27_too_many_removals_wait_and_everything_else_runs(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    directory.person("p09", jobTitle="Lead")
    directory.person("new")
    block(directory, 0, 1, 2, 3)
    watch = Watch(genesys)

    run = cycle(job, now_is=START + timedelta(hours=1))

    assert run.state == "waiting"
    assert run.counts == {"create": 1, "update": 1, "held": 4}
    assert watch.methods == {"GET": 1, "POST": 1, "PATCH": 1}
    assert all(accounts(genesys)[f"p0{number}"]["active"] for number in range(4))
    staged = entries(status="staged")
    assert sorted(one.source_id for one in staged) == ["p00", "p01", "p02", "p03"]
    assert {one.action for one in staged} == {"disable"}
    assert set(
        Standing.objects.filter(object__source_id__in=["p00", "p03"]).values_list("code", flat=True)
    ) == {"WaitingForApproval"}
    assert PlanRow.objects.filter(state="held").count() == 4


def test_F27_held_people_stay_held_without_new_entries(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    block(directory, 0, 1, 2, 3)
    cycle(job, now_is=START + timedelta(hours=1))

    again = cycle(job, now_is=START + timedelta(hours=2))

    assert (again.state, again.counts, again.requests) == ("waiting", {"held": 4}, {})
    assert len(entries(status="staged")) == 4


def test_F27_a_held_person_who_returns_is_no_longer_held(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    block(directory, 0, 1, 2, 3)
    cycle(job, now_is=START + timedelta(hours=1))
    directory.person("p00", accountEnabled=True)
    directory.sync()

    run = cycle(job, now_is=START + timedelta(hours=2))

    # Three are within the limit again, and nobody had to say so.
    assert (run.state, run.counts) == ("succeeded", {"disable": 3, "unchanged": 1})
    assert explain(job, directory_object("p00"))["code"] == "Provisioned"


def test_F27_a_person_releases_what_is_held(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    block(directory, 0, 1, 2, 3)
    cycle(job, now_is=START + timedelta(hours=1))

    released = cycle(job, approve=True, now_is=START + timedelta(hours=2))

    assert (released.state, released.counts) == ("succeeded", {"disable": 4})
    assert released.requests == {"PATCH": 4}
    assert cycle(job, now_is=START + timedelta(hours=3)).requests == {}
    assert not Standing.objects.filter(code="WaitingForApproval").exists()


def test_F27_slices_add_up_over_a_day(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    block(directory, 0, 1)
    assert cycle(job, now_is=START + timedelta(hours=1)).counts == {"disable": 2}
    block(directory, 2, 3)

    assert cycle(job, now_is=START + timedelta(hours=2)).counts == {"held": 2}
    assert cycle(job, now_is=START + timedelta(hours=24)).counts == {"held": 2}
    assert cycle(job, now_is=START + timedelta(hours=26)).counts == {"disable": 2}


def test_F27_what_a_person_released_does_not_count(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    block(directory, 0, 1, 2, 3)
    cycle(job, approve=True, now_is=START + timedelta(hours=1))
    block(directory, 4, 5, 6)

    assert cycle(job, now_is=START + timedelta(hours=2)).counts == {"disable": 3}


def test_F27_deletions_are_held_like_disabling(directory: Directory, genesys: Running):
    job = company(directory, genesys, on_deletion={"action": "delete", "after": "0d"})
    for number in range(4):
        directory.leave(f"p0{number}")
    directory.sync(force=True)
    watch = Watch(genesys)

    run = cycle(job, now_is=START + timedelta(hours=1))

    assert run.counts == {"held": 4}
    assert watch.requests == []
    assert {one.action for one in entries(status="staged")} == {"delete"}


def test_F27_an_edited_filter_that_lets_everybody_go_is_held(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    configure({"slug": "genesys-eu", "scope": "assigned"})

    run = cycle(job, now_is=START + timedelta(hours=1))

    assert (run.state, run.counts, run.requests) == ("waiting", {"held": 10}, {})


def test_F27_without_a_limit_nothing_is_held(directory: Directory, genesys: Running):
    guard = {"percent": 100, "at_least": 1000, "at_most": 1000}
    job = company(directory, genesys, deletion_guard=guard)
    block(directory, *range(10))

    assert cycle(job, now_is=START + timedelta(hours=1)).counts == {"disable": 10}


def test_of_a_held_person_it_is_told_why_they_leave_and_what_that_waits_for(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    block(directory, 0, 1, 2, 3)
    cycle(job, now_is=START + timedelta(hours=1))

    told = explain(job, directory_object("p00"))

    assert told["in_application"] is True
    assert told["code"] == "NotEffectivelyEntitled"
    assert [one["reason"] for one in told["because"]] == ["NotActive"]
    assert "Look at the plan, then approve it." in told["to_change"]
