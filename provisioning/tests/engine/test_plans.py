"""Plans: seen before anything is sent, approved by a person, run exactly as they were seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.engine.cycle import Request
from provisioning.engine.documents import plan_document
from provisioning.engine.running import run_beside
from provisioning.models import Cycle, DirectoryObject, Job, Link, LogEntry, Plan, Standing
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import Watch, accounts, from_outside

START = datetime(2100, 1, 1, tzinfo=UTC)


def preview(
    job: Job,
    *,
    initial: bool = False,
    only: DirectoryObject | None = None,
    now_is: datetime | None = None,
) -> Plan:
    """A plan as `plan` makes it."""
    job.refresh_from_db()
    request = Request(Purpose.PREVIEW, initial=initial, only=only, now_is=now_is)
    plan = run_beside(job, request).plan
    assert plan is not None
    return plan


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """An application of five people and a group; nothing was ever approved."""
    for name in ("ana", "ben", "eva", "ivo", "zoe"):
        directory.person(name)
    directory.person("ana", manager="zoe")
    directory.group("g1", "Contact centre FR", ["ana", "ben"])
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


def test_a_plan_writes_nothing_to_the_target_and_is_stored(genesys: Running, job: Job):
    plan = preview(job)

    assert all(one["method"] == "GET" for one in genesys.requests)
    assert plan.counts["create"] == 5
    assert plan.counts["adopt"] + plan.counts["membership"] == 1
    document = plan_document(plan)
    assert document["digest"] == plan.digest
    ana = next(one for one in document["operations"] if one["object"]["id"] == "ana")
    assert ana["operation"] == "create"
    assert {"path": "userName", "old": None, "new": "ana@contoso.example"} in ana["changes"]
    # Looking changes nothing of ours either.
    assert not LogEntry.objects.exists()
    assert not Standing.objects.exists()
    assert not Link.objects.exists()


def test_the_same_state_has_the_same_digest(directory: Directory, job: Job):
    first, second = preview(job), preview(job)

    assert first.digest == second.digest
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    assert preview(job).digest != first.digest


def test_the_digest_does_not_depend_on_the_time(job: Job):
    assert (
        preview(job, now_is=START).digest == preview(job, now_is=START + timedelta(days=1)).digest
    )


def test_a_named_plan_is_run_and_approved(genesys: Running, job: Job):
    plan = preview(job)

    run = cycle(job, plan=plan)

    assert run.state == "succeeded"
    assert run.counts["create"] == 5
    job.refresh_from_db()
    assert job.approved_once
    assert len(accounts(genesys)) == 5
    assert cycle(job).requests == {}


def test_exactly_the_named_plan_is_run_and_what_changed_since_comes_with_the_next_cycle(
    directory: Directory, genesys: Running, job: Job
):
    plan = preview(job)
    directory.person("ana", jobTitle="Lead")
    directory.person("new")
    directory.sync()

    run = cycle(job, plan=plan)
    assert run.counts["create"] == 5
    assert accounts(genesys)["ana"]["title"] == "Agent"

    after = cycle(job)
    assert (after.counts["create"], after.counts["update"]) == (1, 1)


def test_a_plan_run_twice_sends_nothing_the_second_time(genesys: Running, job: Job):
    plan = preview(job)
    cycle(job, plan=plan)
    watch = Watch(genesys)

    again = cycle(job, plan=plan)

    assert again.state == "succeeded"
    assert watch.writes == []
    assert sum(again.counts.values()) == 0


def test_a_plan_in_which_everything_was_done_by_another_cycle_sends_nothing(
    genesys: Running, job: Job
):
    plan = preview(job)
    cycle(job, approve=True)
    watch = Watch(genesys)

    run = cycle(job, plan=plan)

    assert run.state == "succeeded"
    assert watch.writes == []
    assert len(accounts(genesys)) == 5


def test_a_plan_older_than_ten_minutes_reads_what_it_touches_first(
    directory: Directory, genesys: Running, job: Job
):
    cycle(job, approve=True, now_is=START)
    directory.person("ana", jobTitle="Lead")
    directory.person("ben", jobTitle="Lead")
    directory.sync()
    old = preview(job, now_is=START + timedelta(minutes=1))
    ana = accounts(genesys)["ana"]["id"]
    change = {"op": "replace", "path": "title", "value": "Lead"}
    from_outside(genesys, "PATCH", f"/Users/{ana}", change)

    run = cycle(job, plan=old, now_is=START + timedelta(minutes=12))

    # Ana has the title already; Ben gets it.
    assert run.requests == {"GET": 2, "PATCH": 1}
    assert accounts(genesys)["ben"]["title"] == "Lead"


def test_a_fresh_plan_reads_nothing(directory: Directory, genesys: Running, job: Job):
    cycle(job, approve=True, now_is=START)
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    plan = preview(job, now_is=START + timedelta(minutes=1))

    assert cycle(job, plan=plan, now_is=START + timedelta(minutes=9)).requests == {"PATCH": 1}


def test_the_plan_of_one_person_is_about_nobody_else(job: Job):
    plan = preview(job, only=directory_object("ben"))

    assert [one["object"]["id"] for one in plan_document(plan)["operations"]] == ["ben"]


def test_a_plan_of_one_person_does_not_count_as_having_decided_about_everybody(
    genesys: Running, job: Job
):
    plan = preview(job, only=directory_object("ben"))

    cycle(job, plan=plan)
    assert set(accounts(genesys)) == {"ben"}

    assert cycle(job).counts["create"] == 4


def test_what_the_guard_holds_needs_approval_besides_the_digest(
    directory: Directory, genesys: Running, job: Job
):
    cycle(job, approve=True, now_is=START)
    for name in ("ana", "ben", "eva", "ivo"):
        directory.person(name, accountEnabled=False)
    directory.sync()
    plan = preview(job, now_is=START + timedelta(minutes=1))
    assert plan.guard["verdict"] == "hold"
    assert (plan.guard["removals"], plan.guard["allowed"]) == (4, 3)

    held = cycle(job, plan=plan, now_is=START + timedelta(minutes=2))
    assert (held.state, held.requests) == ("waiting", {})
    assert held.counts["held"] == 4
    assert LogEntry.objects.filter(status="staged").count() == 4

    released = cycle(job, plan=plan, approve=True, now_is=START + timedelta(minutes=3))
    assert (released.state, released.requests) == ("succeeded", {"PATCH": 4})


def test_an_unknown_digest_is_wrong_use(job: Job):
    said = command("cycle", "genesys-eu", "--plan", "0" * 64, "--json")

    assert said.code == 2
    assert "digest" in said.document["errors"][0]["message"]


def test_a_plan_of_an_older_definition_is_wrong_use(job: Job):
    plan = preview(job)
    configure({"slug": "genesys-eu", "on_leaving_scope": "delete"})

    said = command("cycle", "genesys-eu", "--plan", plan.digest, "--json")

    assert said.code == 2
    assert "older definition" in said.document["errors"][0]["message"]


def test_the_first_plan_waits_for_a_person_and_says_which_it_is(genesys: Running, job: Job):
    said = command("cycle", "genesys-eu", "--json")

    assert said.code == 3
    assert said.document["state"] == "waiting"
    assert said.document["counts"]["create"] == 5
    assert said.document["watermark"] is None
    assert accounts(genesys) == {}
    assert not LogEntry.objects.filter(status="success").exists()

    assert command("cycle", "genesys-eu", "--json").code == 3
    digest = Plan.objects.order_by("-created").values_list("digest", flat=True)[0]
    ran = command("cycle", "genesys-eu", "--plan", digest, "--json")
    assert (ran.code, ran.document["counts"]["create"]) == (0, 5)


def test_a_provision_on_demand_approves_no_plan(genesys: Running, job: Job):
    assert command("provision", "genesys-eu", "ana", "--json").code == 0

    assert set(accounts(genesys)) == {"ana"}
    assert command("cycle", "genesys-eu", "--json").code == 3
    job.refresh_from_db()
    assert not job.approved_once


def test_plans_and_previews_do_not_count_as_cycles_of_the_job(job: Job):
    preview(job)
    job.refresh_from_db()

    assert (job.watermark, job.last_now, job.open_cycle) == (None, None, None)
    assert Cycle.objects.filter(purpose=Purpose.CYCLE).count() == 0


def test_what_a_preview_left_unsaid_is_said_when_its_plan_is_run(
    directory: Directory, genesys: Running, job: Job
):
    configure(
        {
            "slug": "genesys-eu",
            "scope": "assigned",
            "assignments": [
                {"user": "ana", "role": "agent"},
                {"user": "zoe", "role": "Default Access"},
            ],
        }
    )
    plan = preview(job)
    assert (plan.counts["create"], plan.counts["skip"]) == (1, 5)

    run = cycle(job, plan=plan)

    assert (run.counts["create"], run.counts["skip"]) == (1, 5)
    (entry,) = LogEntry.objects.filter(status="skipped")
    assert entry.source_id == "zoe"
    assert entry.params["reasons"][0]["reason"] == "DefaultAccessOnly"
    cycle(job, initial=True)
    assert LogEntry.objects.filter(status="skipped").count() == 1


def test_a_failure_of_a_plan_is_told_once(directory: Directory, genesys: Running, job: Job):
    directory.person("ana", userPrincipalName="ben@contoso.example")
    directory.sync()
    plan = preview(job)
    assert not LogEntry.objects.exists()

    assert cycle(job, plan=plan).state == "partly"
    cycle(job, plan=plan)

    assert LogEntry.objects.filter(status="failure").count() == 2


def test_a_deletion_timer_starts_when_the_plan_is_run(
    directory: Directory, genesys: Running, job: Job
):
    cycle(job, approve=True, now_is=START)
    directory.leave("ivo")
    directory.sync(force=True)
    plan = preview(job, now_is=START + timedelta(hours=1))
    assert Link.objects.get(object__source_id="ivo").left == {}

    cycle(job, plan=plan, now_is=START + timedelta(hours=2))

    assert accounts(genesys)["ivo"]["active"] is False
    cycle(job, now_is=START + timedelta(days=30, hours=3))
    assert "ivo" not in accounts(genesys)
