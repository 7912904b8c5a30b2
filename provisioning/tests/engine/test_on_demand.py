"""Provision on demand: the verdict is the cycle's, and each step says what was found."""

from __future__ import annotations

import pytest

from provisioning.engine.cycle import Request
from provisioning.engine.on_demand import document_of, provision, story_of
from provisioning.models import Cycle, Job
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import Watch, accounts, entries


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in ("ana", "ben", "zoe"):
        directory.person(name)
    directory.group("sales", "Sales FR", ["ben"])
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        roles=[{"name": "Agent", "value": "agent"}],
        assignments=[{"user": "ana", "role": "agent"}, {"group": "Sales FR", "role": "agent"}],
    )


def steps(name: str) -> dict[str, tuple[str, str]]:
    """Verdict and detail of each step of provisioning somebody."""
    document = command("provision", "genesys-eu", name, "--json").document
    return {one["name"]: (one["verdict"], one["detail"]) for one in document["steps"]}


@pytest.mark.parametrize("purpose", [Purpose.ON_DEMAND, Purpose.PREVIEW])
def test_two_people_for_one_account_fail_on_demand_as_in_a_cycle(
    directory: Directory, genesys: Running, job: Job, purpose: Purpose
):
    directory.person("ana2", userPrincipalName="ANA@contoso.example")
    directory.sync()
    configure({"slug": "genesys-eu", "scope": "all"})
    job.refresh_from_db()
    ana = directory_object("ana")
    watch = Watch(genesys)

    document = provision(job, ana, Request(purpose, only=ana))

    assert (document["result"], document["action"]) == ("failure", "failed")
    assert not {"POST", "PATCH", "PUT"} & set(watch.methods)
    assert accounts(genesys) == {}
    if purpose == Purpose.ON_DEMAND:
        assert [one.reason for one in entries(status="failure")] == ["DuplicateSourceEntries"]
        said = command("provision", "genesys-eu", "ana2", "--json")
        assert said.code == 5
        assert "match the same account" in str(said.document["steps"][2])
        assert accounts(genesys) == {}


def test_the_other_of_two_who_would_take_over_one_account_is_found_too(
    directory: Directory, genesys: Running, job: Job
):
    configure({"slug": "genesys-eu", "scope": "all"})
    job.refresh_from_db()
    ana = directory_object("ana")
    provision(job, ana, Request(Purpose.ON_DEMAND, only=ana))
    job.links.all().delete()
    directory.person("ana2", userPrincipalName="ana@contoso.example")
    directory.sync()
    before = accounts(genesys)

    said = command("provision", "genesys-eu", "ana2", "--json")

    assert (said.code, said.document["result"]) == (5, "failure")
    assert accounts(genesys) == before


def test_somebody_out_of_scope_with_the_same_name_is_in_nobodys_way(
    directory: Directory, genesys: Running, job: Job
):
    directory.person("ana2", userPrincipalName="ana@contoso.example")
    directory.sync()

    assert command("provision", "genesys-eu", "ana@contoso.example").code != 0
    assert command("provision", "genesys-eu", "ana").code == 0
    assert len(accounts(genesys)) == 1


def test_a_duplicate_of_an_expression_is_found(directory: Directory, genesys: Running, job: Job):
    exported = command("export", "genesys-eu", "--json").document
    mappings = exported["mappings"]
    for row in mappings["users"]["attributes"]:
        if row["target"] == "userName":
            row.pop("source", None)
            row["expression"] = 'Append([employeeId], "@contoso.example")'
    for name in ("ana", "ben"):
        directory.person(name, employeeId="E-7")
    directory.sync()
    configure({"slug": "genesys-eu", "mappings": mappings, "scope": "all"})

    assert command("provision", "genesys-eu", "ana").code == 5
    assert accounts(genesys) == {}


def test_a_step_says_that_no_account_was_found(job: Job):
    told = steps("ana")

    assert told["Determine scope"] == ("success", "The role Agent, assigned directly.")
    assert told["Match user"] == ("success", 'userName eq "ana@contoso.example": none found.')
    assert told["Perform action"][0] == "success"


def test_the_group_somebody_is_assigned_through_is_named(job: Job):
    assert steps("ben")["Determine scope"][1] == "The role Agent, assigned through Sales FR."


def test_an_account_that_is_linked_is_named_instead_of_looked_up(genesys: Running, job: Job):
    steps("ana")

    told = steps("ana")

    account = accounts(genesys)["ana"]["id"]
    assert told["Match user"] == ("success", f"Linked with the account {account}.")
    assert told["Perform action"] == ("skipped", "The account agrees with the directory.")


def test_nobody_is_matched_who_has_no_value_to_match_with(directory: Directory, job: Job):
    directory.person("ana", userPrincipalName=None)
    directory.sync()

    told = steps("ana")

    assert told["Match user"][0] == "skipped"
    assert "No matching attribute has a value (userName)" in told["Match user"][1]


def test_nobody_is_looked_for_who_is_not_in_scope(job: Job):
    told = steps("zoe")

    assert told["Determine scope"][0] == "skipped"
    assert told["Determine scope"][1].startswith("Not in scope. Not assigned")
    assert told["Match user"] == ("not_tried", "No account is looked for.")


def test_the_text_says_what_happened_once(job: Job):
    assert command("provision", "genesys-eu", "zoe").out.startswith("skipped\n")
    assert command("provision", "genesys-eu", "ana").out.startswith("success: create\n")
    assert command("provision", "genesys-eu", "ana").out.startswith("skipped: unchanged\n")


def test_a_run_reads_the_same_after_the_directory_changed(directory: Directory, job: Job):
    steps("ana")
    run = Cycle.objects.get()
    before = document_of(run)
    configure({"slug": "genesys-eu", "assignments": []})
    cycle(job, approve=True)

    assert document_of(Cycle.objects.get(pk=run.pk)) == before


def test_a_refused_request_is_told_with_its_exchange(genesys: Running, job: Job):
    genesys.set_faults(["status:code=400,method=POST"])
    steps("ana")

    story = story_of(Cycle.objects.get())

    assert story.result == "failure"
    assert story.steps[-1].decides_against
    assert [one["status"] for one in story.entries[-1].exchanges][-1] == 400


def test_a_wrong_token_is_the_steps_own_failure(genesys: Running, job: Job):
    genesys.set_faults(["status:code=401"])

    told = steps("ana")

    assert told["Match user"][0] == "failure"
    assert told["Perform action"][0] == "failure"


def test_a_manager_without_an_account_is_told_to_follow(directory: Directory, job: Job):
    directory.person("boss")
    directory.person("ana", manager="boss")
    directory.sync()

    assert "it follows" in steps("ana")["Perform action"][1]
