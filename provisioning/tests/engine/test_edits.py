"""A saved edit decides again only whom it can affect, and no cycle becomes initial by it."""

from __future__ import annotations

import pytest

from provisioning.models import Job, Plan
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import Watch, accounts, mappings_with

SALES = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Four people with accounts, a group with its counterpart and one without."""
    for name, department in (
        ("ana", "Sales"),
        ("ben", "Sales"),
        ("eva", "Legal"),
        ("ivo", "Legal"),
    ):
        directory.person(name, department=department, jobTitle="Agent")
    directory.group("g1", "Contact centre FR", ["ana", "eva"])
    directory.group("g2", "Nowhere", ["ana"])
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    assert cycle(job, approve=True).state == "succeeded"
    return job


def edit(**document: object) -> None:
    configure({"slug": "genesys-eu", **document})


def edit_of_newest() -> dict[str, object]:
    return dict(Plan.objects.latest("created").edit)


def test_settings_that_decide_nothing_decide_nobody_again(job: Job):
    edit(deletion_guard={"percent": 9, "at_least": 3, "at_most": 9}, dialect="entra")

    run = cycle(job)

    assert (run.document["kind"], run.counts, run.requests) == ("incremental", {}, {})
    assert edit_of_newest()["number"] == 0


def test_an_edited_mapping_costs_one_request_for_each_value_that_differs(
    genesys: Running, job: Job
):
    mapping = {"target": "title", "expression": 'IIF([department]="Sales", "Seller", [jobTitle])'}
    edit(mappings=mappings_with(mapping))

    run = cycle(job)

    assert (run.document["kind"], run.requests) == ("incremental", {"PATCH": 2})
    assert run.counts == {"update": 2, "unchanged": 2}
    assert accounts(genesys)["ana"]["title"] == "Seller"
    assert cycle(job).requests == {}


def test_a_filter_disables_who_falls_out_and_asks_the_target_nothing(genesys: Running, job: Job):
    mappings = mappings_with()
    filters = [{"title": "Sales", "clauses": [SALES]}]
    edit(mappings={**mappings, "users": {**mappings["users"], "filters": filters}})
    watch = Watch(genesys)

    run = cycle(job)

    assert (run.document["kind"], run.requests) == ("incremental", {"PATCH": 2})
    assert run.counts["disable"] == 2
    assert {one["method"] for one in watch.requests} == {"PATCH"}


def test_who_was_left_out_for_a_missing_value_gets_an_account_by_the_mapping_that_gives_one(
    directory: Directory, genesys: Running, job: Job
):
    directory.person("zoe", displayName="")
    directory.sync()
    assert cycle(job).counts == {"skip": 1}
    edit(mappings=mappings_with({"target": "displayName", "source": "userPrincipalName"}))

    run = cycle(job)

    assert run.document["kind"] == "incremental"
    assert (run.counts["create"], run.counts["update"]) == (1, 4)
    assert "zoe" in accounts(genesys)


def test_an_edit_that_was_stopped_half_way_is_decided_by_the_next_cycle(genesys: Running, job: Job):
    edit(mappings=mappings_with({"target": "title", "source": "department"}))
    genesys.set_faults(["status:code=401"])
    assert cycle(job).state == "quarantined"
    genesys.set_faults([])

    assert cycle(job).counts["update"] == 4
    assert cycle(job).requests == {}


def test_a_plan_of_the_edit_is_sealed_and_run_like_any_other(genesys: Running, job: Job):
    edit(mappings=mappings_with({"target": "title", "source": "department"}))
    planned = command("plan", "genesys-eu", "--json").document

    assert planned["counts"]["update"] == 4
    assert command("cycle", "genesys-eu", "--plan", planned["digest"], "--json").code == 0
    assert cycle(job).requests == {}


def test_the_command_says_how_many_were_decided_again_and_why(job: Job):
    edit(mappings=mappings_with({"target": "title", "source": "department"}))

    said = command("cycle", "genesys-eu")

    assert "mappings of people" in said.out
    assert "decided again because of it: 4" in said.out
