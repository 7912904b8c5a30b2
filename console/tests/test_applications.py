"""The list of applications, the gallery, and adding one."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from console.tests.signing_in import administrator, reader
from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.models import (
    Application,
    AuditEvent,
    Cycle,
    Escrow,
    Job,
    Plan,
)
from provisioning.models.audit import Activity
from provisioning.tests.builders import configure, directory_object
from provisioning.tests.engine.conftest import directory

__all__ = ["directory"]

pytestmark = pytest.mark.django_db

LIST = "/applications/"
NEW = "/applications/new/genesys-cloud/"


def added(name="Wiki", **content):
    slug = name.lower().replace(" ", "-")
    configure({"name": name, "slug": slug, "template": "scim", **content})
    return Job.objects.select_related("application").get(application__slug=slug)


def page(client, address=LIST, query=None, **headers):
    answer = client.get(address, query, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_an_empty_list_says_what_to_do(client):
    administrator(client)

    text = page(client)

    assert "No application yet. Add one to start provisioning people." in text
    assert "Add application" in text


def test_a_reader_is_not_offered_to_add_one(client):
    reader(client)

    assert "Add application" not in page(client)


def quarantined(job):
    job.quarantined_at = timezone.now()
    job.quarantine_reason = "CredentialsRejected"


def ended(state):
    def end(job):
        number = job.take_number()
        now = timezone.now()
        Cycle.objects.create(
            job=job, number=number, state=state, started=now, ended=now, definition=job.definition
        )

    return end


def switched_on(job):
    job.status = "on"


def running(job):
    job.open_cycle = Cycle.objects.create(
        job=job, number=job.take_number(), started=timezone.now(), definition=job.definition
    )


@pytest.mark.parametrize(
    ("happenings", "word"),
    [
        ([], "Set-up 1 of 6"),
        ([switched_on], "Set-up 1 of 6"),
        ([ended("succeeded")], "Off"),
        ([switched_on, ended("succeeded")], "Healthy"),
        ([switched_on, ended("partly")], "Warning"),
        ([switched_on, ended("failed"), ended("succeeded")], "Healthy"),
        ([switched_on, ended("waiting")], "Waiting for you"),
        ([switched_on, ended("waiting"), running], "Running"),
        ([switched_on, ended("waiting"), quarantined], "Quarantined"),
        ([quarantined], "Quarantined"),
    ],
)
def test_the_worst_that_is_true_of_an_application_is_its_status(client, happenings, word):
    administrator(client)
    job = added()
    for happening in happenings:
        happening(job)
        job.save()

    row = page(client).split("<tbody>")[1].split("</tbody>")[0]

    assert f"</svg>{word}</span>" in row


def test_whoever_needs_a_person_comes_first(client):
    administrator(client)
    added("Aaa")
    quarantined(worst := added("Zzz"))
    worst.save()

    rows = page(client).split("<tbody>")[1]

    assert rows.index("Zzz") < rows.index("Aaa")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "wik"}, {"Wiki"}),
        ({"q": "nothing"}, set()),
        ({"status": "set-up"}, {"Wiki", "Phone"}),
        ({"status": "quarantined"}, set()),
    ],
)
def test_the_list_is_searched_and_filtered(client, query, found):
    administrator(client)
    added("Wiki")
    added("Phone")

    text = page(client, query=query)

    assert {name for name in ("Wiki", "Phone") if f"<bdi>{name}</bdi></a>" in text} == found
    assert found or "No application matches these filters." in text


@pytest.mark.parametrize(("running", "pace"), [(False, "every 20s"), (True, "every 2s")])
def test_the_list_asks_for_its_rows_only_and_more_often_while_something_runs(client, running, pace):
    administrator(client)
    job = added()
    if running:
        job.open_cycle = Cycle.objects.create(
            job=job, number=1, started=timezone.now(), definition=job.definition
        )
        job.save()

    headers = {"hx-request": "true", "hx-target": "rows"}
    rows = client.get(LIST, headers=headers).content.decode()

    assert f'hx-trigger="{pace}"' in rows
    assert "<html" not in rows


def test_the_gallery_is_searched(client):
    administrator(client)

    assert "Genesys Cloud" in page(client, "/applications/gallery/")
    found = page(client, "/applications/gallery/", {"q": "generic"})
    assert "Generic SCIM 2.0" in found
    assert "/new/genesys-cloud/" not in found
    assert "Nothing in the gallery has that name." in page(
        client, "/applications/gallery/", {"q": "zzz"}
    )


def test_a_new_application_is_off_and_has_its_template_s_defaults(client):
    user = administrator(client)

    answer = client.post(NEW, {"name": "Genesys Cloud", "start": "default"})

    made = Application.objects.get()
    assert answer["Location"] == f"/applications/{made.slug}/"
    assert (made.name, made.template, made.job.status) == ("Genesys Cloud", "genesys-cloud", "off")
    assert AuditEvent.objects.get(activity=Activity.APPLICATION).actor == user


def test_the_second_of_a_kind_is_offered_a_free_name(client):
    administrator(client)
    added("Genesys Cloud", template="genesys-cloud")

    assert 'value="Genesys Cloud 2"' in page(client, NEW)


def test_a_name_is_needed(client):
    administrator(client)

    answer = client.post(NEW, {"name": " ", "start": "default"})

    assert answer.status_code == 422
    assert 'href="#id_name"' in answer.content.decode()
    assert not Application.objects.exists()


def test_a_copy_takes_the_decisions_along_but_neither_people_nor_token(client):
    administrator(client)
    configure(
        {
            "name": "First",
            "slug": "first",
            "template": "genesys-cloud",
            "scope": "all",
            "credentials": {"tenant_url": "https://api.mypurecloud.de/api/v2/scim/v2"},
        }
    )

    client.post(NEW, {"name": "Second", "start": "first"})

    second = export_document(Application.objects.get(name="Second"))
    assert second["scope"] == "all"
    assert second["credentials"] is None
    assert second["assignments"] == []


def test_an_exported_file_makes_an_application(client):
    administrator(client)
    source = added("Wiki", scope="all").application
    text = export_yaml(export_document(source)).encode()
    file = SimpleUploadedFile("wiki.yaml", text)

    client.post("/applications/new/scim/", {"name": "Copy", "start": "file", "file": file})

    assert export_document(Application.objects.get(name="Copy"))["scope"] == "all"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "Choose the file to start from."),
        (b"\xff\xfe", "file"),
        (b"- {name: a, slug: a}\n- {name: b, slug: b}\n", "several applications"),
    ],
)
def test_a_wrong_file_is_told_at_its_field(client, content, told):
    administrator(client)
    file = {"file": SimpleUploadedFile("x.yaml", content)} if content else {}

    answer = client.post("/applications/new/scim/", {"name": "Copy", "start": "file", **file})
    text = unescape(answer.content.decode())

    assert answer.status_code == 422
    assert told in text
    assert 'href="#id_file"' in text
    assert 'value="Copy"' in text


def test_an_unknown_template_is_not_there(client):
    administrator(client)

    assert client.get("/applications/new/zzz/").status_code == 404


def still_failing(job, directory):
    """Somebody who waits for another try."""
    directory.person("ana")
    directory.sync()
    now = timezone.now()
    Escrow.objects.create(
        job=job,
        object=directory_object("ana"),
        code="EntryConflict",
        first_failed=now,
        next_try=now,
    )


def test_an_application_that_is_set_up_counts_nothing_and_draws_nothing(client):
    administrator(client)
    added()

    row = page(client).split("<tbody>")[1].split("</tbody>")[0]

    assert '<svg class="spark"' not in row
    assert ">0<" not in row
    assert ">–</td>" in row


def test_whoever_still_fails_is_a_warning_after_a_cycle_that_had_nothing_to_do(client, directory):
    administrator(client)
    job = added()
    job.status = "on"
    job.save()
    ended("succeeded")(job)
    assert "</svg>Healthy</span>" in page(client)

    still_failing(job, directory)

    assert "</svg>Warning</span>" in page(client)


def test_what_waits_is_said_with_a_link_to_where_it_is_decided(client):
    administrator(client)
    job = added()
    ended("waiting")(job)
    plan = Plan.objects.create(job=job, definition=job.definition, created=timezone.now())
    Cycle.objects.update(plan=plan)
    job.approved_once = True
    job.save()

    text = page(client)

    assert f'href="/applications/wiki/deletions/{plan.pk}/">Wiki: review 0 deletions</a>' in text
    assert f'id="needs-you" href="/applications/wiki/deletions/{plan.pk}/"' in text


def test_a_poll_is_answered_only_when_something_changed(client):
    administrator(client)
    job = added()
    headers = {"hx-request": "true", "hx-target": "rows"}
    first = page(client, **headers)
    version = first.partition("v=")[2].partition('"')[0]

    assert client.get(LIST, {"v": version}, headers=headers).status_code == 204

    quarantined(job)
    job.save()
    assert "Quarantined" in page(client, query={"v": version}, **headers)
