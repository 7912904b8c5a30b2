"""The first page, in two languages and with what is there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.views.home import CYCLES
from provisioning.core.vocabulary import CycleState
from provisioning.models.application import Application
from provisioning.models.job import Job, ProvisioningStatus

pytestmark = pytest.mark.django_db


def application(name, **job):
    found = Application.objects.create(slug=name.lower(), name=name, template="scim")
    return Job.objects.create(application=found, interval=timedelta(minutes=40), **job)


def test_the_page_says_what_is_missing(client):
    page = client.get("/").content.decode()

    assert "Rollcall" in page
    assert page.count("Not there") == 2


def test_an_application_is_shown_with_its_status(client):
    application("Wiki", status=ProvisioningStatus.ON)

    page = client.get("/").content.decode()

    assert '<th scope="row">Wiki</th>' in page
    assert "✓ On" in page


def test_T17_a_name_from_outside_is_shown_as_text(client):
    application("<script>alert(1)</script>")

    assert b"<script>alert" not in client.get("/").content


def test_every_state_of_a_cycle_has_its_tag():
    assert set(CYCLES) == set(CycleState)


@pytest.mark.parametrize(("asked", "language"), [("fr-CH, en;q=0.5", "fr"), ("de", "en")])
def test_the_reader_s_language_is_taken_from_the_browser(client, asked, language):
    answer = client.get("/", headers={"accept-language": asked})

    assert answer["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


def test_L05_the_number_of_queries_does_not_grow_with_applications(
    client, django_assert_max_num_queries
):
    for number in range(30):
        application(f"App{number}")

    with django_assert_max_num_queries(12):
        client.get("/")


def test_a_page_that_is_not_there_says_so_in_a_sentence(client):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_a_defect_shows_no_traceback(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("console.views.home.missing_parts", lambda now: 1 / 0)

    answer = client.get("/")

    assert answer.status_code == 500
    assert "nothing was changed" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()
