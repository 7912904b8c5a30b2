"""Who has an account already on a strict RFC server: listed, looked up, taken over, told apart."""

from __future__ import annotations

import pytest

from provisioning.engine.credentials import quirks_of
from provisioning.engine.running import stored_plan
from provisioning.engine.test_connection import probe, succeeded
from provisioning.scim.quirks import Quirks
from provisioning.tests.builders import Directory, cycle
from provisioning.tests.engine.strictly import connected, run_and_count
from provisioning.tests.engine.watching import entries
from provisioning.tests.scim2 import Scim2Server


def test_existing_accounts_are_adopted_and_only_what_differs_is_sent(
    directory: Directory, strict: Scim2Server
):
    mail = {"emails": [{"type": "work", "value": "ana@contoso.example"}]}
    strict.add("ana", displayName="Person ana", title="Agent", active=True, **mail)
    strict.add("BEN", displayName="Person ben", title="Clerk", active=True, nickName="Benny")
    strict.add("someone.else")
    for name in ("ana", "ben", "eve"):
        directory.person(name)
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert (run.state, run.counts) == ("succeeded", {"adopt": 2, "create": 1})
    assert run.requests == {"GET": 1, "PATCH": 1, "POST": 1}
    users = strict.users()
    assert set(users) == {"ana", "BEN", "eve", "someone.else"}
    assert (users["BEN"]["title"], users["BEN"]["nickName"]) == ("Agent", "Benny")
    assert run_and_count(strict, job).requests == {}


def test_F15_who_got_an_account_after_the_plan_is_taken_over(
    directory: Directory, strict: Scim2Server
):
    directory.person("ana")
    directory.sync()
    job = connected(strict)
    digest = cycle(job).document["digest"]
    strict.add("ANA", title="Clerk", active=True)

    run = run_and_count(strict, job, plan=stored_plan(job, digest))

    assert (run.state, run.counts) == ("succeeded", {"adopt": 1})
    assert run.requests == {"POST": 1, "GET": 1, "PATCH": 1}
    assert strict.users()["ANA"]["title"] == "Agent"
    assert run_and_count(strict, job).requests == {}


def test_F15_a_user_name_that_somebody_else_has_is_one_persons_failure(
    directory: Directory, strict: Scim2Server
):
    strict.add("anna")
    directory.person("ana")
    directory.person("ben")
    directory.sync()
    job = connected(strict)
    cycle(job, approve=True)
    directory.person("ana", userPrincipalName="anna@contoso.example")
    directory.person("ben", jobTitle="Lead")
    directory.sync()

    run = run_and_count(strict, job)

    assert (run.state, run.requests) == ("partly", {"PATCH": 2})
    assert [one.source_id for one in entries(status="failure")] == ["ana"]
    assert set(strict.users()) == {"ana", "anna", "ben"}


def test_250_people_are_listed_page_by_page_and_adopted(directory: Directory, strict: Scim2Server):
    for number in range(250):
        name = f"p{number:03}"
        directory.person(name)
        mail = {"emails": [{"type": "work", "value": f"{name}@contoso.example"}]}
        strict.add(name, displayName=f"Person {name}", title="Agent", active=True, **mail)
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert (run.state, run.counts) == ("succeeded", {"adopt": 250})
    assert run.requests == {"GET": 3}
    assert run_and_count(strict, job).requests == {}


def test_a_server_without_versions_and_with_small_pages_is_taken_as_it_is(
    directory: Directory, modest: Scim2Server
):
    for number in range(25):
        directory.person(f"p{number:02}")
        modest.add(f"p{number:02}", active=True)
    directory.sync()
    job = connected(modest)
    probe(job.application)
    assert quirks_of(job.application) == Quirks(page_size=10, etag=False)

    run = run_and_count(modest, job, approve=True)

    assert (run.state, run.counts) == ("succeeded", {"adopt": 25})
    assert run.requests == {"GET": 3, "PATCH": 25}
    assert run_and_count(modest, job).requests == {}


def test_its_connection_is_tested_and_its_passport_kept(directory: Directory, strict: Scim2Server):
    job = connected(strict)

    steps = probe(job.application)

    assert succeeded(steps), steps
    assert quirks_of(job.application) == Quirks()
    assert "user" in job.application.connection.passport["schema"]
    directory.person("ana")
    directory.sync()
    assert run_and_count(strict, job, approve=True).counts == {"create": 1}


@pytest.mark.parametrize("name", ['o"brien', "back\\slash", "ça va", "zoë+1", "a&b=c#d"])
def test_T14_a_name_with_awkward_characters_finds_its_own_account(
    directory: Directory, strict: Scim2Server, name: str
):
    strict.add(name, active=True)
    directory.person("ana", userPrincipalName=f"{name}@contoso.example")
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert (run.counts, run.requests) == ({"adopt": 1}, {"GET": 1, "PATCH": 1})
