"""The main job, end to end in one process: who is created, adopted, left out, and at what cost."""

from __future__ import annotations

from provisioning.models import LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, assign, cycle


def test_the_first_cycle_waits_for_a_plan_to_be_approved(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "ana", "role": "agent"}]
    )

    waiting = cycle(job)

    assert waiting.state == "waiting"
    assert all(request["method"] == "GET" for request in genesys.requests)
    assert genesys.state()["users"] == []


def test_an_approved_cycle_creates_people_after_their_managers(
    directory: Directory, genesys: Running
):
    directory.person("ana", manager="boss")
    directory.person("boss")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    run = cycle(job, approve=True)

    assert run.state == "succeeded"
    assert run.counts == {"create": 2}
    assert run.requests == {"GET": 2, "POST": 2}
    users = {user["userName"]: user for user in genesys.state()["users"]}
    enterprise = users["ana@contoso.example"][
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    ]
    assert enterprise["manager"]["value"] == users["boss@contoso.example"]["id"]


def test_a_second_cycle_sends_nothing(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.person("ben")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)

    again = cycle(job)

    assert again.state == "succeeded"
    assert again.requests == {}


def test_default_access_only_is_left_out_and_the_log_says_why(
    directory: Directory, genesys: Running
):
    directory.person("karim")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token)
    assign(job, {"user": "karim", "role": "Default Access"})

    run = cycle(job, approve=True)

    assert run.counts == {"skip": 1}
    entry = LogEntry.objects.get()
    assert entry.reason == "NotEffectivelyEntitled"
    assert [one["reason"] for one in entry.params["reasons"]] == ["DefaultAccessOnly"]


def test_I12_everybody_is_counted_once_also_whose_manager_has_no_account(
    directory: Directory, genesys: Running
):
    directory.person("ana", manager="boss")
    directory.person("boss", accountEnabled=False)
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)

    again = cycle(job, initial=True)

    assert again.counts == {"unchanged": 1, "skip": 1}
