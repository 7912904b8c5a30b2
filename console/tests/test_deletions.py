"""The deletion review: nobody loses access before a person has looked at names and reasons."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from console.tests.signing_in import administrator, reader
from provisioning.engine import runner
from provisioning.models import AuditEvent, Cycle, Job, Plan, PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.engine.watching import accounts

__all__ = ["directory", "genesys"]

MARKUP = "<b>Zoë</b>"
PEOPLE = 80
LEAVERS = 60


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Sixty of eighty people are gone at once: fifty-nine blocked, one deleted."""
    for number in range(PEOPLE):
        directory.person(f"p{number:02}")
    directory.person("p00", displayName=MARKUP)
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    for number in range(LEAVERS):
        directory.person(f"p{number:02}", accountEnabled=False)
    directory.leave("p00")
    directory.sync(force=True)
    assert cycle(job).state == "waiting"
    return job


def address() -> str:
    return reverse("deletions", args=["genesys-eu", Plan.objects.latest("created").pk])


def active(genesys: Running) -> int:
    return sum(one["active"] for one in accounts(genesys).values())


def test_the_people_are_named_with_their_reasons_and_the_likely_cause(client: Client, job: Job):
    administrator(client)

    text = client.get(address()).content.decode()

    assert "60 people would lose access to Genesys Cloud EU" in text
    assert "Most likely cause:" in text
    assert "59 of 60: Not active in the directory" in text
    assert "1 to 50 of 60" in text
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in text
    assert MARKUP not in text
    assert len(text) < 60_000


def test_people_are_listed_by_reason(client: Client, job: Job):
    administrator(client)

    text = client.get(address(), {"reason": "NotActive(gone)"}).content.decode()

    assert "&lt;b&gt;Zoë&lt;/b&gt;" in text
    assert "Person p01" not in text


def test_a_banner_leads_to_the_review_from_every_page(client: Client, job: Job):
    administrator(client)

    text = client.get("/applications/genesys-eu/plans/").content.decode()

    assert "60 people would lose access" in text
    assert address() in text
    assert text.count('class="banner') == 1


def test_disabling_asks_for_the_name_and_then_releases_all(
    client: Client, genesys: Running, job: Job
):
    user = administrator(client)
    question = client.get(address(), {"decide": "disable"}).content.decode()
    assert "60 people will lose access to Genesys Cloud EU" in question
    assert "Disable 60 people" in question

    wrong = client.post(f"{address()}?decide=disable", {"confirmed": "yes", "typed": "nope"})
    assert wrong.status_code == 422
    assert 'value="nope"' in wrong.content.decode()
    assert active(genesys) == PEOPLE

    told = {"confirmed": "yes", "typed": "Genesys Cloud EU"}
    assert client.post(f"{address()}?decide=disable", told)["location"].endswith("/genesys-eu/")
    runner.turn(Cycle.objects.latest("number").pk, sleep=lambda _: None)
    assert active(genesys) == PEOPLE - LEAVERS
    assert AuditEvent.objects.filter(activity="approve", actor=user).exists()
    assert "Nobody of this plan waits" in client.get(address()).content.decode()


def test_keeping_leaves_everybody_alone_also_in_later_cycles(
    client: Client, genesys: Running, job: Job
):
    user = administrator(client)
    assert "Keep 60 people" in client.get(address(), {"decide": "keep"}).content.decode()

    client.post(f"{address()}?decide=keep", {"confirmed": "yes"})

    assert cycle(job).counts == {}
    assert active(genesys) == PEOPLE
    event = AuditEvent.objects.get(activity="release")
    assert (event.actor, event.changes[0]["old"]) == (user, LEAVERS)
    text = client.get("/applications/genesys-eu/plans/", follow=True).content.decode()
    assert "would lose access" not in text


def test_without_a_confirmation_nothing_is_decided(client: Client, genesys: Running, job: Job):
    administrator(client)

    assert client.post(f"{address()}?decide=keep").status_code == 200
    assert client.post(address()).status_code == 302

    assert not AuditEvent.objects.filter(activity__in=["release"]).exists()


def test_an_older_review_leads_to_the_newer_one(client: Client, job: Job):
    administrator(client)
    older = address()
    cycle(job)

    text = client.get(older).content.decode()

    assert "A later cycle decided about these people again." in text
    assert address() in text
    assert "?decide=disable" not in text


def test_after_a_change_of_the_configuration_nobody_is_disabled_by_it(
    client: Client, genesys: Running, job: Job
):
    administrator(client)
    configure({"slug": "genesys-eu", "on_leaving_scope": "nothing"})

    assert "?decide=disable" not in client.get(address()).content.decode()
    told = {"confirmed": "yes", "typed": "Genesys Cloud EU"}
    answer = client.post(f"{address()}?decide=disable", told, follow=True)

    assert "This plan was made with an older definition." in answer.content.decode()
    assert active(genesys) == PEOPLE


def test_a_reader_reads_and_decides_nothing(client: Client, job: Job):
    reader(client)

    text = client.get(address()).content.decode()

    assert "Person p01" in text
    assert "?decide=" not in text
    assert client.get(address(), {"decide": "keep"}).status_code == 403
    assert client.post(f"{address()}?decide=keep", {"confirmed": "yes"}).status_code == 403


def test_many_people_cost_no_more_queries(client: Client, job: Job, django_assert_max_num_queries):
    administrator(client)

    with django_assert_max_num_queries(12):
        client.get(address())
    with django_assert_max_num_queries(12):
        client.get(address(), {"decide": "disable"})


def test_what_was_done_shortly_before_stands_beside_the_likely_cause(client: Client, job: Job):
    administrator(client)

    text = client.get(address()).content.decode()

    assert "Shortly before:" in text
    assert "Directory imported" in text.partition("Shortly before:")[2].partition("</p>")[0]


@pytest.fixture
def emptied(directory: Directory, genesys: Running) -> Job:
    """Four of ten people would lose their title at once."""
    for number in range(10):
        directory.person(f"p{number:02}")
    directory.sync()
    attributes = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "displayName", "source": "displayName"},
        {"target": "title", "source": "jobTitle", "when_empty": "clear"},
    ]
    mappings = {"users": {"attributes": attributes}}
    job = application(genesys.tenant_url, genesys.token, scope="all", mappings=mappings)
    cycle(job, approve=True)
    for number in range(4):
        directory.person(f"p{number:02}", jobTitle="")
    directory.sync()
    assert cycle(job).state == "waiting"
    return job


def test_changes_that_wait_are_reviewed_by_name_as_removals_are(client: Client, emptied: Job):
    administrator(client)

    text = client.get(address()).content.decode()

    assert "4 changes wait for a decision" in text
    assert "4 of 4: A value would be taken away" in text
    assert "Write 4 changes" in text
    assert "lose access" not in text
    overview = client.get(reverse("overview", args=["genesys-eu"])).content.decode()
    assert "4 changes wait for a decision" in overview
    assert "review 4 changes" in client.get(reverse("applications")).content.decode()


def test_changes_are_written_once_somebody_says_so(client: Client, emptied: Job, genesys: Running):
    administrator(client)
    typed = {"typed": "Genesys Cloud EU", "confirmed": "yes"}

    client.post(f"{address()}?decide=disable", typed)
    runner.turn(Cycle.objects.latest("number").pk, sleep=lambda _: None)

    assert sum(not one.get("title") for one in accounts(genesys).values()) == 4


def test_kept_people_keep_what_would_have_been_taken(
    client: Client, emptied: Job, genesys: Running
):
    administrator(client)

    client.post(f"{address()}?decide=keep", {"confirmed": "yes"})
    cycle(emptied)

    assert all(one["title"] == "Agent" for one in accounts(genesys).values())


def test_some_are_selected_kept_and_let_go_and_the_others_wait(
    client: Client, genesys: Running, job: Job
):
    administrator(client)
    rows = list(PlanRow.objects.filter(state="held").order_by("object__source_id"))
    assert 'name="row"' in client.get(address()).content.decode()

    where = f"{address()}?some=yes&decide=keep&row={rows[1].pk}&row={rows[2].pk}"
    asked = client.get(where).content.decode()
    assert "2 people keep their accounts" in asked
    assert "Person p01" in asked
    client.post(where, {"confirmed": "yes"})
    assert PlanRow.objects.filter(state="held").count() == LEAVERS - 2

    where = f"{address()}?some=yes&decide=disable&row={rows[3].pk}"
    client.post(where, {"confirmed": "yes", "typed": "Genesys Cloud EU"})
    runner.turn(Cycle.objects.latest("number").pk, sleep=lambda _: None)

    assert active(genesys) == PEOPLE - 1
    assert PlanRow.objects.filter(state="held").count() == LEAVERS - 3


def test_nobody_selected_is_said(client: Client, job: Job):
    administrator(client)

    answer = client.get(address(), {"some": "yes", "decide": "keep"}, follow=True)

    assert "Nobody was selected." in answer.content.decode()
