"""Provision on demand in the console: choose somebody, watch each step, follow what helps."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from console.tests.signing_in import administrator, reader
from provisioning.engine import runner
from provisioning.models import AuditEvent, Cycle, DirectoryObject, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts

__all__ = ["directory", "genesys"]

AWKWARD = "<b>Zoë</b> \u202eevil\u202c"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    directory.person("ana", displayName="Ana Prim")
    directory.person("boss")
    directory.person("zoe", displayName=AWKWARD, department="x" * 10_000)
    directory.person("ben", accountEnabled=False)
    directory.group("sales", "Sales FR", ["ana"])
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        roles=[{"name": "Agent", "value": "agent"}],
        assignments=[
            {"user": "ana", "role": "agent"},
            {"user": "zoe", "role": "Default Access"},
            {"user": "ben", "role": "agent"},
        ],
    )


ADDRESS = "/applications/genesys-eu/on-demand/"


def person(source_id: str) -> DirectoryObject:
    return DirectoryObject.objects.get(source_id=source_id)


def begin(client: Client, source_id: str, mode: str = "provision") -> str:
    """Ask for a run and answer its address."""
    answer = client.post(ADDRESS, {"user": str(person(source_id).pk), "mode": mode})
    assert answer.status_code == 302, answer.content.decode()
    return answer["location"]


def run(client: Client, source_id: str, mode: str = "provision") -> str:
    """The page of a run that a worker has done."""
    address = begin(client, source_id, mode)
    runner.turn(Cycle.objects.latest("number").pk, sleep=lambda _: None)
    return client.get(address).content.decode()


def test_somebody_is_found_by_name_whatever_became_of_them(client: Client, job: Job):
    administrator(client)

    text = client.get(ADDRESS, {"q": "person b"}).content.decode()

    assert "Person ben" in text
    assert "Disabled" in text
    assert f"?user={person('ben').pk}" in text
    assert "Ana Prim" not in text


def test_the_person_one_comes_from_is_chosen_already(client: Client, job: Job):
    administrator(client)

    text = client.get(ADDRESS, {"user": str(person("ana").pk)}).content.decode()

    assert "Ana Prim" in text
    assert f'name="user" value="{person("ana").pk}"' in text
    assert "Only show what would happen" in text
    assert "Provisioning is off." in text
    assert client.get(ADDRESS, {"user": "nobody"}).status_code == 404


def test_whoever_is_assigned_and_has_no_account_yet_is_suggested(client: Client, job: Job):
    administrator(client)
    assert f'name="user" value="{person("ana").pk}"' in client.get(ADDRESS).content.decode()

    run(client, "ana")

    assert 'name="user"' not in client.get(ADDRESS).content.decode()


def test_a_run_creates_the_account_and_tells_each_step(client: Client, genesys: Running, job: Job):
    user = administrator(client)

    text = run(client, "ana")

    assert set(accounts(genesys)) == {"ana"}
    for words in (
        "Created in Genesys Cloud EU",
        "Import user",
        "The role Agent, assigned directly.",
        "userName eq &quot;ana@contoso.example&quot;: none found.",
        "Provision again",
        "?cycle=1",
        "Request and response",
        "ana@contoso.example",
    ):
        assert words in text, words
    event = AuditEvent.objects.get(activity="on_demand")
    assert event.actor == user


def test_the_page_asks_again_every_second_until_the_run_has_ended(client: Client, job: Job):
    administrator(client)
    address = begin(client, "ana")
    poll = {"HX-Request": "true", "HX-Target": "run"}

    waiting = client.get(address, headers=poll)
    assert waiting.status_code == 200
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert "<html" not in waiting.content.decode()
    assert "<details" not in waiting.content.decode()

    runner.turn(Cycle.objects.get().pk, sleep=lambda _: None)
    done = client.get(address, headers=poll)
    assert done.status_code == 286
    assert 'hx-trigger="every' not in done.content.decode()
    assert client.get(address).status_code == 200


def test_asking_twice_begins_one_run(client: Client, job: Job):
    administrator(client)

    assert begin(client, "ana") == begin(client, "ana")
    assert Cycle.objects.count() == 1


def test_what_would_happen_is_shown_and_nothing_is_written(
    client: Client, genesys: Running, job: Job
):
    administrator(client)

    text = run(client, "ana", "preview")

    assert "Nothing was written" in text
    assert "ana@contoso.example" in text
    assert accounts(genesys) == {}
    assert not AuditEvent.objects.filter(activity="on_demand").exists()


def test_a_step_that_decides_against_ends_the_list_with_the_link_that_helps(
    client: Client, job: Job
):
    administrator(client)

    text = run(client, "zoe")

    assert "Left out of Genesys Cloud EU" in text
    assert "Not in scope. Assigned only with the role Default Access" in text
    assert "Give a role" in text
    assert "/applications/genesys-eu/assignments/?q=zoe" in text
    assert "Match user" not in text
    assert "Has a role other than Default Access" in text
    assert "A scoping filter lets" not in text


def test_a_name_with_markup_is_shown_as_it_is(client: Client, job: Job):
    administrator(client)

    response = client.get(ADDRESS, {"q": "Zo"})
    text = run(client, "zoe")

    for page in (response.content.decode(), text):
        assert "<b>Zoë</b>" not in page
        assert "&lt;b&gt;Zoë&lt;/b&gt;" in page
    assert len(text) < 60_000


def test_a_refused_token_points_to_the_credentials(client: Client, genesys: Running, job: Job):
    administrator(client)
    genesys.set_faults(["status:code=401"])

    text = run(client, "ana")

    assert "Not written to Genesys Cloud EU" in text
    assert "Check the credentials" in text
    assert "401" in text


def test_somebody_who_leaves_is_taken_out_and_the_reason_named(
    client: Client, directory: Directory, genesys: Running, job: Job
):
    administrator(client)
    run(client, "ana")
    configure({"slug": "genesys-eu", "assignments": []})

    text = run(client, "ana")

    assert "Disabled in Genesys Cloud EU" in text
    assert "Not in scope. Not assigned" in text
    assert "Linked with the account" in text


def test_a_group_is_provisioned_by_hand_too(client: Client, genesys: Running, job: Job):
    administrator(client)

    text = run(client, "sales")

    assert "Import group" in text


def test_without_credentials_the_form_says_what_is_missing(client: Client, directory: Directory):
    administrator(client)
    directory.person("ana")
    directory.sync()
    configure({"name": "Wiki", "slug": "wiki", "template": "scim"})

    answer = client.post(
        "/applications/wiki/on-demand/", {"user": str(person("ana").pk), "mode": "preview"}
    )

    assert answer.status_code == 422
    assert "Wiki has no credentials yet." in answer.content.decode()
    assert 'value="preview" required id="id_mode_1" checked' in answer.content.decode()


def test_nobody_chosen_is_said_in_words(client: Client, job: Job):
    administrator(client)

    answer = client.post(ADDRESS, {"mode": "provision"})

    assert answer.status_code == 422
    assert "Choose a person or a group first." in answer.content.decode()


def test_a_reader_sees_the_runs_and_begins_none(client: Client, job: Job):
    administrator(client)
    run(client, "ana")
    reader(client)

    text = client.get(ADDRESS).content.decode()

    assert "Ana Prim" in text
    assert 'name="mode"' not in text
    assert client.post(ADDRESS, {"user": str(person("ana").pk)}).status_code == 403
    told = client.get(reverse("on-demand-run", args=["genesys-eu", Cycle.objects.get().pk]))
    assert told.status_code == 200
    assert "Provision again" not in told.content.decode()


def test_many_runs_cost_no_more_queries(client: Client, job: Job, django_assert_max_num_queries):
    administrator(client)
    for _ in range(6):
        run(client, "ana", "preview")
    address = reverse("on-demand-run", args=["genesys-eu", Cycle.objects.latest("number").pk])

    with django_assert_max_num_queries(12):
        client.get(ADDRESS, {"q": "person", "user": str(person("ana").pk)})
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def test_an_ordinary_cycle_is_no_run_on_demand(client: Client, job: Job):
    administrator(client)
    cycle(job)

    address = reverse("on-demand-run", args=["genesys-eu", Cycle.objects.get().pk])
    assert client.get(address).status_code == 404
