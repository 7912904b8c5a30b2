"""The change preview: made, looked at row by row, approved with what it does to people in view."""

from __future__ import annotations

import csv
import json

import pytest
from django.test import Client
from django.urls import reverse

from console.tests.signing_in import administrator, reader
from provisioning.engine import runner
from provisioning.engine.requesting import request_on_demand, request_preview
from provisioning.models import AuditEvent, Cycle, Job, Plan, PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    application,
    assign,
    configure,
    cycle,
    directory_object,
)
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts, from_outside

__all__ = ["directory", "genesys"]

PLANS = "/applications/genesys-eu/plans/"
MARKUP = "<b>Zoë</b>"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for number in range(70):
        directory.person(f"p{number:02}")
    directory.person("zoe", displayName=MARKUP, jobTitle="=1+1")
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


def work(cycle_: Cycle) -> None:
    runner.turn(cycle_.pk, sleep=lambda _: None)


def preview(client: Client) -> str:
    """A preview that a worker has made; its address."""
    answer = client.post(PLANS)
    work(Cycle.objects.latest("number"))
    return str(answer["location"])


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert len(text) < 60_000
    return text


def test_without_a_preview_the_page_says_what_one_is_good_for(client: Client, job: Job):
    administrator(client)

    text = page(client, PLANS)

    assert "No preview yet." in text
    assert "Make a preview" in text


def test_a_preview_shows_progress_until_it_is_computed(client: Client, job: Job):
    administrator(client)
    address = client.post(PLANS)["location"]
    poll = {"HX-Request": "true", "HX-Target": "plan"}

    waiting = client.get(address, headers=poll)
    assert waiting.status_code == 200
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    assert "Approve" not in waiting.content.decode()

    work(Cycle.objects.get())
    done = client.get(address, headers=poll)
    assert done.status_code == 286
    assert "hx-trigger" not in done.content.decode()
    assert "Approve and start" in done.content.decode()


def test_asking_twice_makes_one_preview(client: Client, job: Job):
    administrator(client)

    assert client.post(PLANS)["location"] == client.post(PLANS)["location"]
    assert Cycle.objects.count() == 1


def test_what_a_cycle_wrote_already_offers_no_approval(
    client: Client, directory: Directory, job: Job
):
    administrator(client)
    cycle(job, approve=True)
    for number in range(10):
        directory.person(f"p{number:02}", accountEnabled=False)
    directory.sync()
    assert cycle(job).state == "waiting"
    held = reverse("plan", args=["genesys-eu", Plan.objects.latest("created").pk])

    text = page(client, held)
    assert "Review them" in text
    assert f"{held}approve/" not in text
    assert client.post(f"{held}approve/", {"confirmed": "yes"})["location"] == held
    cycle(job)
    assert "Replaced by a later one" in page(client, held)


def test_the_counters_filter_and_a_name_is_searched(client: Client, genesys: Running, job: Job):
    administrator(client)
    address = preview(client)

    everybody = page(client, address)
    assert "71 Create" in everybody
    assert "1 to 50 of 71" in everybody
    assert "Person p10" in everybody
    assert "Person p10" not in page(client, address, q="p11")
    assert "Person p60" in page(client, address, page="2", show="create")
    assert "No entry matches these filters." in page(client, address, show="delete")
    assert accounts(genesys) == {}


def test_a_row_opens_with_values_before_and_after(client: Client, job: Job):
    administrator(client)
    address = preview(client)
    row = Plan.objects.get().rows.get(object__source_id="zoe")

    text = page(client, address, q="zoe", row=str(row.pk))

    assert "In scope, and no account matches: it is created." in text
    assert "zoe@contoso.example" in text
    assert MARKUP not in text
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in text


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


def test_the_first_plan_waits_in_a_banner_on_every_page_of_the_application(
    client: Client, job: Job
):
    administrator(client)
    assert cycle(job).state == "waiting"
    plan = Plan.objects.get()

    text = page(client, "/applications/genesys-eu/on-demand/")

    assert "The first plan waits for approval" in text
    assert reverse("plan", args=["genesys-eu", plan.pk]) in text
    own = page(client, reverse("plan", args=["genesys-eu", plan.pk]))
    assert "The first plan waits for approval" not in own
    assert "Waiting for you" in page(client, PLANS)


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


def test_a_target_that_does_not_let_us_in_is_said_with_the_next_step(
    client: Client, genesys: Running, job: Job
):
    administrator(client)
    genesys.set_faults(["status:code=401"])

    text = page(client, preview(client))

    assert "The preview could not be computed" in text
    assert "Enter new credentials, then use Test Connection." in text


def test_nothing_to_do_is_said(client: Client, job: Job):
    administrator(client)
    cycle(job, approve=True)

    assert "Nothing would change." in page(client, preview(client))


def test_without_credentials_no_preview_is_made(client: Client, db: None):
    administrator(client)
    configure({"name": "Wiki", "slug": "wiki", "template": "scim"})

    answer = client.post("/applications/wiki/plans/", follow=True)

    assert "Wiki has no credentials yet." in answer.content.decode()


def test_the_rows_are_exported_and_no_cell_is_a_formula(client: Client, job: Job):
    administrator(client)
    address = preview(client)

    answer = client.get(f"{address}rows.csv", {"q": "zoe"})

    lines = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert {one["name"] for one in lines} == {MARKUP}
    assert {one["operation"] for one in lines} == {"create"}
    assert [one["after"] for one in lines if one["attribute"] == "title"] == ["'=1+1"]


def test_a_run_on_demand_is_no_plan_to_approve(client: Client, job: Job):
    administrator(client)
    run = request_on_demand(None, job, directory_object("zoe"), preview=True)

    assert client.get(reverse("plan", args=["genesys-eu", run.plan_id])).status_code == 404


def test_a_reader_reads_and_approves_nothing(client: Client, job: Job):
    administrator(client)
    address = preview(client)
    reader(client)

    text = page(client, address)

    assert "71 Create" in text
    assert "Recompute" not in text
    assert "Approve and start" not in text
    assert client.post(PLANS).status_code == 403
    assert client.get(f"{address}approve/").status_code == 403
    assert client.post(f"{address}approve/", {"confirmed": "yes"}).status_code == 403


def test_many_rows_and_plans_cost_no_more_queries(
    client: Client, job: Job, django_assert_max_num_queries
):
    administrator(client)
    for _ in range(4):
        address = preview(client)
    row = Plan.objects.latest("created").rows.get(object__source_id="p01")

    with django_assert_max_num_queries(12):
        page(client, PLANS)
    with django_assert_max_num_queries(12):
        page(client, address, row=str(row.pk))
    with django_assert_max_num_queries(12):
        page(client, f"{address}approve/")


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


@pytest.mark.parametrize("attribute", ['emails[type eq "work"].value', "title"])
def test_rows_are_found_by_the_attribute_they_change(
    client: Client, directory: Directory, job: Job, attribute: str
):
    administrator(client)
    cycle(job, approve=True)
    directory.person("p01", mail="new@contoso.example")
    directory.person("p02", jobTitle="Coach")
    directory.sync()
    address = preview(client)

    text = page(client, address, attribute=attribute)

    found = [one for one in ("Person p01", "Person p02") if f"<bdi>{one}</bdi></a>" in text]
    assert found == ["Person p02" if attribute == "title" else "Person p01"]


def test_a_row_shows_the_request_that_would_be_sent(
    client: Client, directory: Directory, job: Job, genesys: Running
):
    administrator(client)
    cycle(job, approve=True)
    directory.person("p02", jobTitle="Coach")
    directory.sync()
    address = preview(client)
    row = Plan.objects.latest("created").rows.get()

    text = page(client, address, row=str(row.pk))

    assert f"PATCH /Users/{row.target_id}" in text
    assert "&quot;Coach&quot;" in text


def test_a_plan_is_read_by_programs_as_json_lines(client: Client, job: Job):
    reader(client)
    work(request_preview(job))
    address = reverse("plan-export", args=["genesys-eu", Plan.objects.get().pk, "jsonl"])

    lines = client.get(address).getvalue().decode().splitlines()

    assert len(lines) == 71
    assert {json.loads(line)["operation"] for line in lines} == {"create"}
    assert client.get(address.replace("jsonl", "exe")).status_code == 404


def test_a_stale_row_shows_what_was_planned_what_is_there_and_what_would_be_sent_now(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    administrator(client)
    cycle(job, approve=True)
    directory.person("zoe", jobTitle="Lead")
    directory.sync()
    address = preview(client)
    by_hand = {"op": "replace", "path": "title", "value": "Chief by hand"}
    from_outside(genesys, "PATCH", f"/Users/{accounts(genesys)['zoe']['id']}", by_hand)
    client.post(f"{address}approve/", {"confirmed": "yes"})
    work(Cycle.objects.latest("number"))

    text = page(client, address)
    assert "1 change no longer fits its account" in text
    row = PlanRow.objects.get(state="stale")
    opened = page(client, address, show="stale", row=str(row.pk))
    assert "The account holds now" in opened
    assert "Chief by hand" in opened
    assert accounts(genesys)["zoe"]["title"] == "Chief by hand"
