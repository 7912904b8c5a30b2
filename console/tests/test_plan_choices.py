"""What is done with a plan: approved, begun with a few, discarded, and rows held back from it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from console.tests.plan_pages import PLANS, job, page, preview, work
from console.tests.signing_in import administrator, reader
from provisioning.models import AuditEvent, Cycle, Job, Plan, PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import (
    assign,
    configure,
    cycle,
)
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts

__all__ = ["directory", "genesys", "job"]


def test_approving_starts_provisioning_and_writes_exactly_this(
    client: Client, genesys: Running, job: Job
):
    user = administrator(client)
    address = preview(client)

    question = page(client, f"{address}approve/")
    assert "Create: 71" in question
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in question
    assert 'name="typed"' not in question
    assert not client.post(f"{address}approve/").has_header("location")

    answer = client.post(f"{address}approve/", {"confirmed": "yes"})
    assert answer["location"] == "/applications/genesys-eu/"
    job.refresh_from_db()
    assert (job.status, job.approved_once) == ("on", True)
    work(Cycle.objects.latest("number"))
    assert len(accounts(genesys)) == 71
    assert [one.actor for one in AuditEvent.objects.filter(activity="approve")] == [user]
    assert AuditEvent.objects.filter(activity="start", actor=user).exists()
    assert "approved exactly this plan" in page(client, address)
    assert "plan-approve" not in page(client, address)


def test_a_plan_of_an_older_configuration_cannot_be_approved(client: Client, job: Job):
    administrator(client)
    address = preview(client)
    configure({"slug": "genesys-eu", "on_leaving_scope": "nothing"})

    text = page(client, address)
    assert "Out of date" in text
    assert "Approve and start" not in text
    assert "Recompute" in text
    answer = client.post(f"{address}approve/", {"confirmed": "yes"})
    assert answer["location"] == address
    assert "This plan cannot be approved any more." in page(client, address)
    job.refresh_from_db()
    assert not job.approved_once


@pytest.fixture
def over_the_limit(client: Client, job: Job) -> str:
    """A preview that would disable everybody but one."""
    administrator(client)
    cycle(job, approve=True)
    configure({"slug": "genesys-eu", "scope": "assigned"})
    assign(job, {"user": "zoe", "role": "Default Access"})
    return preview(client)


def test_removals_over_the_limit_ask_for_the_applications_name(
    client: Client, genesys: Running, over_the_limit: str
):
    assert "The guard holds 71 changes" in page(client, over_the_limit)
    approve = f"{over_the_limit}approve/"
    assert 'name="typed"' in page(client, approve)

    wrong = client.post(approve, {"confirmed": "yes", "held": "release", "typed": "genesys"})
    assert wrong.status_code == 422
    assert "Type Genesys Cloud EU exactly as it is written." in wrong.content.decode()
    assert 'value="genesys"' in wrong.content.decode()
    assert all(one["active"] for one in accounts(genesys).values())

    told = {"confirmed": "yes", "held": "release", "typed": "Genesys Cloud EU"}
    assert client.post(approve, told).status_code == 302
    work(Cycle.objects.latest("number"))
    assert not any(one["active"] for one in accounts(genesys).values())


def test_removals_over_the_limit_can_be_left_for_the_review(
    client: Client, genesys: Running, over_the_limit: str
):
    client.post(f"{over_the_limit}approve/", {"confirmed": "yes", "held": "leave"})
    work(Cycle.objects.latest("number"))

    assert all(one["active"] for one in accounts(genesys).values())
    assert "71 people would lose access" in page(client, PLANS)


def test_one_can_start_with_five_people_and_is_asked_for_the_rest(
    client: Client, job: Job, genesys: Running
):
    administrator(client)
    address = preview(client)
    assert "Start with 5 people" in page(client, address)
    assert Cycle.objects.filter(purpose="on_demand").count() == 0

    asked = page(client, f"{address}begin/")
    assert asked.count("<li><bdi>") == 5
    assert Cycle.objects.filter(purpose="on_demand").count() == 0

    client.post(f"{address}begin/", {"confirmed": "yes"})
    for run in Cycle.objects.filter(purpose="on_demand"):
        work(run)
    assert len(accounts(genesys)) == 5
    text = page(client, address)
    assert "Started with 5 people" in text
    assert "Approve and start" in text

    client.post(f"{address}approve/", {"confirmed": "yes"})
    work(Cycle.objects.latest("number"))
    assert len(accounts(genesys)) == 71


def test_a_preview_that_is_discarded_is_gone(client: Client, job: Job):
    administrator(client)
    address = preview(client)

    assert client.post(f"{address}discard/")["location"] == PLANS

    assert client.get(address).status_code == 404
    assert AuditEvent.objects.get(activity="discard").changes[0]["old"]
    assert not Plan.objects.exists()


def test_a_first_plan_that_is_discarded_waits_no_longer(client: Client, job: Job):
    administrator(client)
    assert cycle(job).state == "waiting"
    address = reverse("plan", args=["genesys-eu", Plan.objects.get().pk])

    client.post(f"{address}discard/")

    assert Cycle.objects.get().state == "stopped"
    assert "needs-you" not in page(client, PLANS)


def test_what_was_approved_cannot_be_discarded(client: Client, job: Job):
    administrator(client)
    cycle(job, approve=True)
    address = reverse("plan", args=["genesys-eu", Plan.objects.get().pk])

    client.post(f"{address}discard/")

    assert Plan.objects.exists()
    assert "This plan was approved." in page(client, address)


def test_selected_rows_are_held_back_and_the_rest_is_approved(
    client: Client, genesys: Running, job: Job
):
    administrator(client)
    address = preview(client)
    plan = Plan.objects.get()
    chosen = [plan.rows.get(object__source_id=one).pk for one in ("p01", "zoe")]
    assert f'name="row" value="{chosen[0]}"' in page(client, address)

    answer = client.post(f"{address}hold-back/", {"row": [str(pk) for pk in chosen]})

    assert answer["location"] == address
    text = page(client, address)
    assert "2 changes are held back" in text
    assert "The guard holds" not in text
    assert "69 Create" in text
    assert 'name="held"' not in page(client, f"{address}approve/")
    client.post(f"{address}approve/", {"confirmed": "yes"})
    work(Cycle.objects.latest("number"))
    assert len(accounts(genesys)) == 69
    assert not {"p01", "zoe"} & set(accounts(genesys))


def test_who_was_held_back_is_released_in_the_review(client: Client, genesys: Running, job: Job):
    administrator(client)
    address = preview(client)
    plan = Plan.objects.get()
    row = plan.rows.get(object__source_id="p01")
    client.post(f"{address}hold-back/", {"row": str(row.pk)})
    client.post(f"{address}approve/", {"confirmed": "yes"})
    work(Cycle.objects.latest("number"))
    review = reverse("deletions", args=["genesys-eu", plan.pk])
    assert "A person held this back by name" in page(client, review)
    assert "waits for a decision" in page(client, PLANS)

    told = {"confirmed": "yes", "typed": "Genesys Cloud EU"}
    client.post(f"{review}?decide=disable", told)
    work(Cycle.objects.latest("number"))

    assert len(accounts(genesys)) == 71


def test_nobody_selected_holds_nobody_back(client: Client, job: Job):
    administrator(client)
    address = preview(client)

    answer = client.post(f"{address}hold-back/", follow=True)

    assert "Nobody was selected." in answer.content.decode()
    assert not PlanRow.objects.filter(state="held").exists()


def test_a_reader_holds_nobody_back(client: Client, job: Job):
    administrator(client)
    address = preview(client)
    reader(client)

    assert "Hold the selected back" not in page(client, address)
    assert client.post(f"{address}hold-back/", {"row": "1"}).status_code == 403
