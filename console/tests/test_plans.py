"""The change preview: made, looked at row by row, filtered and exported."""

from __future__ import annotations

import csv
import json

import pytest
from django.test import Client
from django.urls import reverse

from console.tests.plan_pages import MARKUP, PLANS, job, page, preview, work
from console.tests.signing_in import administrator, reader
from provisioning.engine.requesting import request_on_demand, request_preview
from provisioning.models import Cycle, Job, Plan, PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    configure,
    cycle,
    directory_object,
)
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts, from_outside

__all__ = ["directory", "genesys", "job"]


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
