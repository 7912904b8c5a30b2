"""Assignments taken over from a directory: chosen, told of, held and given back."""

from __future__ import annotations

from html import unescape

import pytest

from console.tests.signing_in import administrator, reader
from provisioning.engine.clock import Clock
from provisioning.models import Application, AuditEvent, Source, TakenOver
from provisioning.tests.builders import configure

INDEX = "/applications/phone/assignments/"
FROM = f"{INDEX}from/"
APP = "0000000a-bbbb-4222-8333-444444444444"


@pytest.fixture
def phone(db):
    configure({"name": "Phone", "slug": "phone", "template": "genesys-cloud"})
    return Application.objects.get()


@pytest.fixture
def entra(phone):
    return Source.objects.create(name="entra", kind="graph", created=Clock().now())


def page(client, address=INDEX):
    return unescape(client.get(address).content.decode())


def test_without_such_a_source_the_page_says_what_to_connect(client, phone):
    administrator(client)

    assert "connect Microsoft Entra ID first" in page(client, FROM)
    assert client.post(FROM, {"source": "entra", "app": APP}).status_code == 422


def test_a_source_and_an_id_are_stored_and_told(client, entra):
    administrator(client)
    assert FROM in page(client)

    answer = client.post(FROM, {"source": "entra", "app": APP})

    assert answer.status_code == 302
    row = TakenOver.objects.get()
    assert (row.origin, row.app) == (entra, APP)
    assert "App roles and assignments come from" in page(client)
    assert AuditEvent.objects.latest("pk").activity == "assignment"


def test_what_is_missing_is_told_at_its_field(client, entra):
    administrator(client)

    answer = client.post(FROM, {"source": "entra", "app": ""})

    assert answer.status_code == 422
    assert not TakenOver.objects.exists()


def test_what_the_guard_holds_is_told_with_its_numbers(client, phone, entra):
    administrator(client)
    held = {"present": 6, "missing": 5}
    TakenOver.objects.create(application=phone, origin=entra, app=APP, held=held)

    assert "The last read lacked 5 of 6 assignments" in page(client)


def test_assignments_are_made_here_again(client, phone, entra):
    administrator(client)
    TakenOver.objects.create(application=phone, origin=entra, app=APP)

    client.post(FROM, {"do": "stop"})

    assert not TakenOver.objects.exists()


def test_a_reader_changes_nothing(client, phone, entra):
    reader(client)

    assert client.post(FROM, {"source": "entra", "app": APP}).status_code == 403
    assert not TakenOver.objects.exists()
