"""Editing, stopping and restarting: what is decided again, what is kept, what it costs."""

from __future__ import annotations

from typing import Any

from provisioning.core.vocabulary import CycleState
from provisioning.engine import controls, phases, runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.target import Target
from provisioning.engine.work import Work
from provisioning.models import Cycle, Job, Link, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.watching import ENTERPRISE, Watch, accounts, mappings_with


def running_application(directory: Directory, target: Running, people: int = 3) -> Job:
    """People with accounts, and an application that ran."""
    for number in range(people):
        directory.person(f"p{number:03}", department="Sales")
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all")
    assert cycle(job, approve=True).counts == {"create": people}
    return job


def edit(**document: Any) -> None:
    configure({"slug": "genesys-eu", **document})


def test_an_edited_mapping_costs_a_request_for_each_value_that_differs_and_reads_nothing(
    directory: Directory, genesys: Running
):
    job = running_application(directory, genesys)
    edit(mappings=mappings_with({"target": "title", "source": "department"}))

    run = cycle(job)

    assert (run.document["kind"], run.requests) == ("incremental", {"PATCH": 3})
    assert {user["title"] for user in accounts(genesys).values()} == {"Sales"}
    again = cycle(job)
    assert (again.document["kind"], again.requests) == ("incremental", {})


def test_a_removed_mapping_leaves_the_attribute_as_it_is(directory: Directory, genesys: Running):
    job = running_application(directory, genesys)
    mappings = mappings_with()
    rows = [row for row in mappings["users"]["attributes"] if row["target"] != "title"]
    edit(mappings={**mappings, "users": {**mappings["users"], "attributes": rows}})

    assert cycle(job).requests == {}
    assert accounts(genesys)["p000"]["title"] == "Agent"


def test_a_setting_that_decides_nothing_costs_nothing(directory: Directory, genesys: Running):
    job = running_application(directory, genesys)
    version = job.definition_id
    edit(notification={"email": ["identity@contoso.example"], "on_failure": True})

    job.refresh_from_db()
    assert job.definition_id == version
    assert cycle(job).document["kind"] == "incremental"


def test_a_new_filter_takes_those_out_whom_it_does_not_let_through(
    directory: Directory, genesys: Running
):
    job = running_application(directory, genesys)
    directory.person("p000", department="Legal")
    directory.sync()
    mappings = mappings_with()
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
    users = {**mappings["users"], "filters": [{"title": "Sales", "clauses": [clause]}]}
    edit(mappings={**mappings, "users": users})

    run = cycle(job)

    assert (run.counts, run.requests) == ({"disable": 1, "unchanged": 2}, {"PATCH": 1})


def test_F40_stop_ends_a_cycle_between_groups_of_outcomes(directory: Directory, genesys: Running):
    for number in range(250):
        directory.person(f"p{number:03}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    open_cycle(job, Request(approve=True))
    running = Cycle.objects.get()
    _turn_until_something_was_created(running, genesys)

    controls.stop_job(None, job)
    assert runner.turn(running.pk)

    running.refresh_from_db()
    assert running.state == CycleState.STOPPED
    done = len(accounts(genesys))
    assert 100 <= done < 250
    assert Link.objects.count() == done

    after = cycle(job)
    assert after.counts["create"] == 250 - done
    assert len(accounts(genesys)) == 250
    assert cycle(job).requests == {}


def _turn_until_something_was_created(running: Cycle, target: Running) -> None:
    """Do the cycle unit by unit until one batch of creates is done."""
    for unit in iter(lambda: runner.claim(running.pk, "test"), None):
        _do(running, unit)
        if accounts(target):
            return


def _do(running: Cycle, unit: WorkUnit) -> None:
    fresh = Cycle.objects.select_related("job__application", "definition", "plan").get(
        pk=running.pk
    )
    target = Target(fresh.job.application, lambda seconds: None)
    try:
        phases.run_unit(Work(fresh, unit, target, lambda seconds: None))
    finally:
        target.close()


def test_start_goes_on_at_the_watermark(directory: Directory, genesys: Running):
    job = running_application(directory, genesys)
    job.refresh_from_db()
    watermark = job.watermark
    controls.stop_job(None, job)
    controls.start_job(None, job)
    job.refresh_from_db()
    assert job.watermark == watermark

    directory.person("p000", jobTitle="Lead")
    directory.sync()
    run = cycle(job)
    assert (run.document["kind"], run.requests) == ("incremental", {"PATCH": 1})


def test_restart_decides_about_everybody_and_keeps_links(directory: Directory, genesys: Running):
    job = running_application(directory, genesys)
    controls.restart_job(None, job)

    run = cycle(job)

    assert (run.document["kind"], run.requests) == ("initial", {})
    assert run.counts == {"unchanged": 3}


def test_restart_without_links_matches_everybody_again(directory: Directory, genesys: Running):
    job = running_application(directory, genesys)
    controls.restart_job(None, job, forget_links=True)

    run = cycle(job)

    assert (run.document["kind"], run.counts) == ("initial", {"adopt": 3})
    assert set(run.requests) == {"GET"}
    assert len(accounts(genesys)) == 3


def test_restart_tries_failed_people_again_at_once(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults(["status:code=400,method=POST,times=2"])
    for _ in range(2):
        assert cycle(job, approve=True).counts == {"failed": 1}
    # It backs off by now.
    assert cycle(job).requests == {}
    controls.restart_job(None, job)

    assert cycle(job).counts == {"create": 1}


def test_an_assigned_group_brings_its_members_in_the_next_incremental_cycle(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.person("ben")
    directory.person("eva")
    directory.group("g1", "Sales", ["ana", "ben"])
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "eva", "role": "agent"}]
    )
    cycle(job, approve=True)
    edit(
        assignments=[{"user": "eva", "role": "agent"}, {"group": "g1", "role": "agent"}],
    )

    run = cycle(job)

    assert run.document["kind"] == "incremental"
    assert run.counts["create"] == 2
    assert set(accounts(genesys)) == {"ana", "ben", "eva"}


def test_who_joins_or_leaves_an_assigned_group_enters_or_leaves(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.person("ben")
    directory.group("g1", "Sales", ["ana"])
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"group": "g1", "role": "agent"}]
    )
    assert cycle(job, approve=True).counts["create"] == 1
    directory.group("g1", "Sales", ["ben"])
    directory.sync()

    run = cycle(job)

    assert run.document["kind"] == "incremental"
    assert (run.counts["create"], run.counts["disable"]) == (1, 1)
    assert {name: user["active"] for name, user in accounts(genesys).items()} == {
        "ana": False,
        "ben": True,
    }


def test_W13_nested_groups_reach_their_members_when_the_setting_says_so(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.group("inner", "Inner", ["ana"])
    directory.group("middle", "Middle", ["inner"])
    directory.group("outer", "Outer", ["middle"])
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"group": "outer", "role": "agent"}]
    )
    assert cycle(job, approve=True).counts.get("create") is None

    edit(nested_groups=True)
    assert cycle(job).counts["create"] == 1

    # Somebody who joins deep below is reached by an incremental cycle.
    directory.person("ben")
    directory.group("inner", "Inner", ["ana", "ben"])
    directory.sync()
    run = cycle(job)
    assert (run.document["kind"], run.counts["create"]) == ("incremental", 1)

    # So is everybody below a group that is taken out of the assigned one.
    directory.group("middle", "Middle", [])
    directory.sync()
    run = cycle(job)
    assert (run.document["kind"], run.counts["disable"]) == ("incremental", 2)


def test_W13_a_newly_assigned_group_brings_those_of_its_inner_groups(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.person("eva")
    directory.group("inner", "Inner", ["ana"])
    directory.group("outer", "Outer", ["inner"])
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        nested_groups=True,
        assignments=[{"user": "eva", "role": "agent"}],
    )
    assert cycle(job, approve=True).counts["create"] == 1
    edit(assignments=[{"user": "eva", "role": "agent"}, {"group": "outer", "role": "agent"}])

    run = cycle(job)
    assert (run.document["kind"], run.counts["create"]) == ("incremental", 1)

    edit(assignments=[{"user": "eva", "role": "agent"}])
    run = cycle(job)
    assert (run.document["kind"], run.counts["disable"]) == ("incremental", 1)


def test_another_role_of_a_group_changes_its_members(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.group("g1", "Sales", ["ana"])
    directory.sync()
    role = {"target": "title", "expression": "SingleAppRoleAssignment([appRoleAssignments])"}
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"group": "g1", "role": "agent"}],
        mappings=mappings_with(role),
    )
    cycle(job, approve=True)
    edit(assignments=[{"group": "g1", "role": "supervisor"}])
    watch = Watch(genesys)

    run = cycle(job)

    assert run.document["kind"] == "incremental"
    assert watch.operations() == [{"op": "replace", "path": "title", "value": "supervisor"}]


def test_F25_I15_a_cycle_is_bound_to_the_definition_it_began_with(
    directory: Directory, genesys: Running
):
    directory.person("ana", department="Sales")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    open_cycle(job, Request(approve=True))
    edit(mappings=mappings_with({"target": "title", "source": "department"}))

    runner.turn(Cycle.objects.get().pk)

    assert accounts(genesys)["ana"]["title"] == "Agent"
    # What was edited meanwhile comes with the next cycle.
    assert cycle(job).document["kind"] == "incremental"
    assert accounts(genesys)["ana"]["title"] == "Sales"
    assert ENTERPRISE in accounts(genesys)["ana"]
