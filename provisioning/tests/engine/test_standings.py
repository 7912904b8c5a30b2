"""What is remembered of people between cycles: verdicts, retries, links, and when to look again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning import tasks
from provisioning.engine import controls, dispatch
from provisioning.engine.explaining import explain
from provisioning.models import Cycle, Escrow, Job, Link, Standing
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import Watch, accounts, entries, from_outside

START = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ana and Ben have accounts."""
    directory.person("ana")
    directory.person("ben")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"user": name, "role": "agent"} for name in ("ana", "ben")],
    )
    cycle(job, approve=True, now_is=START)
    return job


def assignments(**roles: str) -> None:
    rows = [{"user": user, "role": role} for user, role in roles.items()]
    configure({"slug": "genesys-eu", "assignments": rows})


def test_a_failure_whose_cause_is_gone_is_forgotten(
    directory: Directory, genesys: Running, job: Job
):
    directory.person("ana", jobTitle="Refused")
    directory.sync()
    genesys.set_faults(["status:code=400,method=PATCH"])
    assert cycle(job, now_is=START + timedelta(hours=1)).state == "partly"
    assert explain(job, directory_object("ana"))["code"] == "Failed"

    directory.person("ana", jobTitle="Agent")
    directory.sync()
    run = cycle(job, now_is=START + timedelta(hours=2))

    assert (run.state, run.requests) == ("succeeded", {})
    assert not Escrow.objects.exists()
    assert explain(job, directory_object("ana"))["code"] == "Provisioned"


def test_a_failed_person_is_tried_with_the_next_cycle_and_then_less_and_less(
    directory: Directory, genesys: Running, job: Job
):
    directory.person("eva")
    directory.sync()
    assignments(ana="agent", ben="agent", eva="agent")
    genesys.set_faults(["status:code=400,method=POST"])
    tried = []
    for minutes in range(40, 40 * 17, 40):
        run = cycle(job, now_is=START + timedelta(minutes=minutes))
        tried.append(run.requests.get("POST", 0))

    # At once with the next cycle, then after 2, 4, 8 … intervals of 40 minutes.
    assert tried == [1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert len(entries(source_id="eva", status="failure")) == 5


def test_who_leaves_while_waiting_for_a_retry_is_not_tried_again(
    directory: Directory, genesys: Running, job: Job
):
    directory.person("eva")
    directory.sync()
    assignments(ana="agent", ben="agent", eva="agent")
    genesys.set_faults(["status:code=400,method=POST"])
    cycle(job, now_is=START + timedelta(hours=1))
    assignments(ana="agent", ben="agent")

    assert cycle(job, now_is=START + timedelta(hours=2)).requests == {}
    assert not Escrow.objects.exists()
    assert explain(job, directory_object("eva"))["code"] == "NotEffectivelyEntitled"


def test_who_is_neither_assigned_nor_linked_has_no_verdict(directory: Directory, job: Job):
    directory.person("eva")
    directory.sync()
    assignments(ana="agent", ben="agent", eva="Default Access")
    cycle(job, now_is=START + timedelta(hours=1))
    assert Standing.objects.filter(object__source_id="eva").exists()
    assert len(entries(source_id="eva")) == 1

    assignments(ana="agent", ben="agent")
    cycle(job, now_is=START + timedelta(hours=2))

    assert not Standing.objects.filter(object__source_id="eva").exists()
    assert len(entries(source_id="eva")) == 1


def test_another_reason_is_another_entry(directory: Directory, job: Job):
    directory.person("eva")
    directory.sync()
    assignments(ana="agent", ben="agent", eva="Default Access")
    cycle(job, now_is=START + timedelta(hours=1))
    cycle(job, initial=True, now_is=START + timedelta(hours=2))
    assert len(entries(source_id="eva")) == 1
    directory.person("eva", accountEnabled=False)
    directory.sync()

    cycle(job, now_is=START + timedelta(hours=3))

    first, second = entries(source_id="eva")
    assert [one["reason"] for one in first.params["reasons"]] == ["DefaultAccessOnly"]
    assert [one["reason"] for one in second.params["reasons"]] == [
        "DefaultAccessOnly",
        "NotActive",
    ]


def test_F14_an_account_that_is_gone_is_looked_for_and_made_again(
    directory: Directory, genesys: Running, job: Job
):
    target_id = Link.objects.get(object__source_id="ana").target_id
    from_outside(genesys, "DELETE", f"/Users/{target_id}")
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    broken = cycle(job, now_is=START + timedelta(hours=1))
    assert broken.state == "partly"
    again = cycle(job, now_is=START + timedelta(hours=2))

    assert (again.state, again.counts) == ("succeeded", {"create": 1})
    assert accounts(genesys)["ana"]["title"] == "Lead"
    assert cycle(job, now_is=START + timedelta(hours=3)).requests == {}


def test_another_user_name_is_an_ordinary_change(directory: Directory, genesys: Running, job: Job):
    directory.person("ana", userPrincipalName="ana.ruiz@contoso.example")
    directory.sync()
    watch = Watch(genesys)

    cycle(job, now_is=START + timedelta(hours=1))

    (operation,) = watch.operations()
    assert (operation["path"], operation["value"]) == ("userName", "ana.ruiz@contoso.example")
    assert len(accounts(genesys)) == 2


def test_a_user_name_of_another_case_is_no_change(directory: Directory, genesys: Running, job: Job):
    directory.person("ana", userPrincipalName="ANA@contoso.example")
    directory.sync()

    assert cycle(job, now_is=START + timedelta(hours=1)).requests == {}


def test_the_scheduler_waits_for_the_first_approval_too(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    controls.start_job(None, job)

    for opened in dispatch.sweep():
        tasks.turn(str(opened.pk))

    ended = Cycle.objects.get()
    assert (ended.state, accounts(genesys)) == ("waiting", {})
    job.refresh_from_db()
    assert ended.ended is not None
    assert job.next_run == ended.ended + job.interval
    assert (job.watermark, job.open_cycle) == (None, None)
    # Nothing is due before the next interval.
    assert dispatch.sweep() == []
    # The plan that waits can be approved.
    plan = ended.plan
    assert plan is not None
    controls.approve_plan(None, plan, release_held=False)
    for opened in dispatch.sweep():
        tasks.turn(str(opened.pk))
    assert set(accounts(genesys)) == {"ana"}
