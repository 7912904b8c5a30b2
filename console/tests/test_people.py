"""One person's page: the sentence why, for each way in which somebody is or is not there."""

from __future__ import annotations

from html import unescape

import pytest

from console.tests.signing_in import administrator, reader
from provisioning.models import Escrow, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

FILTER = {
    "title": "Not contractors",
    "clauses": [{"attribute": "jobTitle", "operator": "NOT_EQUALS", "value": "Contractor"}],
}


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    directory.person("ana", displayName="Ana Ruiz", manager="boss")
    directory.person("boss", displayName="The Boss")
    directory.person("karim", displayName="Karim Lopez")
    directory.person("off", displayName="Off Duty", accountEnabled=False)
    directory.person("con", displayName="Con Tractor", jobTitle="Contractor")
    directory.person("eve", displayName="<b>Eve</b>", department="x" * 10_000)
    directory.group("g1", "Contact centre FR", ["ana"])
    directory.sync()
    reader(client)
    return application(
        genesys.tenant_url,
        genesys.token,
        assignments=[
            {"group": "Contact centre FR", "role": "agent"},
            {"user": "karim", "role": "Default Access"},
            {"user": "off", "role": "agent"},
            {"user": "con", "role": "agent"},
            {"user": "eve", "role": "agent"},
        ],
        mappings={"users": {"filters": [FILTER]}},
    )


def page(client, name, query=None):
    answer = client.get(f"/directory/users/{directory_object(name).pk}/", query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("name", "sentence", "link"),
    [
        ("boss", "Why is The Boss not in Genesys Cloud EU?", "assignments/add/"),
        ("karim", "Why is Karim Lopez not in Genesys Cloud EU?", "assignments/"),
        ("off", "Why is Off Duty not in Genesys Cloud EU?", ""),
        ("con", "Why is Con Tractor not in Genesys Cloud EU?", "scope/"),
        ("ana", "Why is Ana Ruiz in Genesys Cloud EU?", ""),
    ],
)
def test_the_sentence_says_it_and_the_link_mends_it(client, job, name, sentence, link):
    administrator(client)
    cycle(job, approve=True)

    text = page(client, name)

    assert sentence in text
    assert f'href="/applications/genesys-eu/{link}' in text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("boss", "Assign The Boss, or a group with The Boss in it, with a role that counts: Agent"),
        ("karim", "Assign another role than Default Access"),
        ("off", "Enable Off Duty in the directory."),
        ("con", "“Not contractors”: jobTitle NOT EQUALS Contractor (found: Contractor)."),
    ],
)
def test_what_would_have_to_change_is_said(client, job, name, reason):
    assert reason in page(client, name)


def test_before_the_first_approval_the_preview_is_the_way(client, job):
    administrator(client)
    text = page(client, "ana")

    assert "Why is Ana Ruiz not in Genesys Cloud EU?" in text
    assert 'href="/applications/genesys-eu/plans/"' in text


def test_in_quarantine_the_way_out_is_linked(client, job):
    cycle(job, approve=True)
    administrator(client)
    job.quarantined_at = job.application.created
    job.quarantine_reason = "CredentialsRejected"
    job.save()

    assert "/applications/genesys-eu/quarantine/" in page(client, "ana")


def test_a_failure_is_told_with_its_cause(client, job):
    cycle(job, approve=True)
    now = job.application.created
    Escrow.objects.create(
        job=job,
        object=directory_object("ana"),
        code="AttributeRejected",
        message="title is too long",
        first_failed=now,
        next_try=now,
    )

    assert "title is too long" in page(client, "ana")


def test_six_checks_are_listed_in_the_order_of_a_cycle(client, job):
    cycle(job, approve=True)

    text = page(client, "karim")

    checks = [
        "Exists and is active in the directory",
        "Assigned to the application",
        "Has a role other than Default Access",
        "Passes a scoping filter",
        "Has the matching value",
        "Account in the application",
    ]
    places = [text.index(one) for one in checks]
    assert places == sorted(places)


def test_the_group_that_brings_somebody_in_is_named(client, job):
    assert "through Contact centre FR" in page(client, "ana")


def test_another_application_is_chosen(client, job):
    configure({"name": "Wiki", "slug": "wiki", "template": "scim"})

    assert "Why is Ana Ruiz not in Wiki?" in page(client, "ana", {"app": "wiki"})


def test_the_timeline_tells_directory_assignment_and_provisioning(client, job, directory):
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Coach")
    directory.sync()
    cycle(job)

    text = page(client, "ana")

    for word in ("Came into the directory.", "jobTitle: Agent → Coach", "was created in"):
        assert word in text


def test_T17_everything_about_a_person_is_text_and_the_longest_value_opens(client, job):
    cycle(job, approve=True)

    raw = client.get(f"/directory/users/{directory_object('eve').pk}/").content.decode()

    assert "<b>Eve" not in raw
    assert "&lt;b&gt;Eve" in raw
    assert "x" * 10_000 in raw
    assert f"<summary><bdi>{'x' * 300}…</bdi></summary>" in raw


def test_without_any_application_the_page_says_so(client, directory, db):
    directory.person("ana", displayName="Ana Ruiz")
    directory.sync()
    reader(client)

    assert "Ana Ruiz" in page(client, "ana")


def test_behind_the_check_that_decides_it_is_said_what_the_others_would_do(client, job):
    cycle(job, approve=True)

    checks = page(client, "karim").partition('<ol class="steps">')[2].partition("</ol>")[0]
    before, _decides, after = checks.partition("Has a role other than Default Access")

    assert "would pass" not in before
    assert after.count("would pass:") == 2
    assert "would pass · userName karim@contoso.example" in after


def test_the_timeline_is_narrowed_to_one_kind(client, job):
    cycle(job, approve=True)

    directory_only = page(client, "ana", {"timeline": "directory"})
    provisioning = page(client, "ana", {"timeline": "provisioning", "app": "genesys-eu"})

    assert "Came into the directory." in directory_only
    assert "was created in" not in directory_only
    assert "was created in" in provisioning
    assert "Came into the directory." not in provisioning
    assert 'name="app" value="genesys-eu"' in provisioning


def test_everything_stored_about_a_person_is_one_file(client, job):
    cycle(job, approve=True)

    answer = client.get(f"/directory/users/{directory_object('ana').pk}/export.json")
    told = answer.json()

    assert answer["Content-Disposition"].startswith("attachment")
    assert told["attributes"]["displayName"] == "Ana Ruiz"
    assert told["groups"] == ["Contact centre FR"]
    assert [one["application"] for one in told["accounts"]] == ["Genesys Cloud EU"]
    assert [one["operation"] for one in told["log"]] == ["create"]
    assert told["history"][0]["state"] == "active"


def test_T34_the_file_of_a_person_holds_no_token(client, job, genesys):
    cycle(job, approve=True)

    answer = client.get(f"/directory/users/{directory_object('ana').pk}/export.json")

    assert genesys.token not in answer.content.decode()
