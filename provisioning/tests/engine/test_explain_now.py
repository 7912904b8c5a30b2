"""`explain` tells what holds now: changes that wait, removals that are held, a quarantine."""

from __future__ import annotations

from provisioning.engine.explaining import explain
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, assign, cycle, directory_object


def reasons(job, source_id: str) -> list[str]:
    document = explain(job, directory_object(source_id))
    return [document["code"], *(one["reason"] for one in document["because"])]


def test_a_change_that_was_not_written_yet_is_told(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    document = explain(job, directory_object("ana"))

    assert document["code"] == "Provisioned"
    (why,) = document["because"]
    assert why["reason"] == "ChangesWaiting"
    assert "title" in why["sentence"]
    assert document["to_change"]


def test_a_quarantine_is_told_beside_what_waits(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    genesys.set_faults(["status:code=401"])

    cycle(job)
    job.refresh_from_db()

    assert reasons(job, "ana") == ["Provisioned", "ChangesWaiting", "Quarantined"]


def test_a_held_leaver_is_said_to_be_held(directory: Directory, genesys: Running):
    people = [directory.person(f"p{number}") for number in range(5)]
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"user": person, "role": "agent"} for person in people],
    )
    cycle(job, approve=True)
    assign(job)

    cycle(job)

    assert reasons(job, "p0") == ["NotEffectivelyEntitled", "NotAssigned"]
    told = explain(job, directory_object("p0"))
    assert "Look at the plan, then approve it." in told["to_change"]


def test_a_joiner_waits_for_the_next_cycle_once_a_plan_was_approved(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    assert reasons(job, "ana") == ["WaitingForApproval", "WaitingForApproval"]
    cycle(job, approve=True)
    directory.person("ben")
    directory.sync()
    job.refresh_from_db()

    assert reasons(job, "ben") == ["WaitingForApproval", "WaitingForCycle"]
