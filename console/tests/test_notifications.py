"""Notifications: who hears about failures, and proof that they do."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.utils import timezone

from console.tests.reading import first
from console.tests.signing_in import administrator, reader
from provisioning.models import Application, AuditEvent, Notice
from provisioning.tests.builders import configure

pytestmark = pytest.mark.django_db

PAGE = "/applications/phone/notifications/"
TEST = f"{PAGE}test/"


@pytest.fixture
def phone():
    configure({"name": "Phone", "slug": "phone", "template": "scim"})
    return Application.objects.get()


@pytest.fixture
def marie(client, phone):
    return administrator(client)


def text_of(answer):
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a@contoso.example", ["a@contoso.example"]),
        ("a@x.example, b@x.example;c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("  a@x.example\n a@x.example ", ["a@x.example"]),
        ("", []),
    ],
)
def test_addresses_are_kept_each_once(client, marie, typed, kept):
    client.post(PAGE, {"email": typed, **({"on_failure": "on"} if kept else {})})

    phone = Application.objects.get()
    assert phone.notification_emails == kept
    assert phone.notify_on_failure is bool(kept)
    assert not kept or AuditEvent.objects.latest("pk").actor == marie


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": "nobody", "on_failure": "on"}, "nobody is not an email address."),
        ({"email": "a@x.example, b@", "on_failure": "on"}, "b@ is not an email address."),
        ({"email": "", "on_failure": "on"}, "Write an address, or switch the mails off below."),
        (
            {"email": " ".join(f"a{number}@x.example" for number in range(21))},
            "21 addresses are too many",
        ),
    ],
)
def test_a_wrong_address_is_told_and_nothing_typed_is_lost(client, marie, typed, told):
    answer = client.post(PAGE, typed)
    text = text_of(answer)

    assert answer.status_code == 422
    assert told in text
    assert 'href="#id_email"' in text
    assert f'value="{typed["email"]}"' in text or not typed["email"]
    assert Application.objects.get().notification_emails == []


def test_a_test_mail_goes_to_what_is_typed_saved_or_not(client, marie, settings):
    settings.EMAIL_URL = "smtp://mail.example"

    text = text_of(client.post(TEST, {"email": "new@contoso.example"}))

    assert "The mail server accepted the test email." in text
    assert [one.to for one in mail.outbox] == [["new@contoso.example"]]
    assert Application.objects.get().notification_emails == []


def test_a_refused_test_mail_shows_the_server_s_words(client, marie, monkeypatch):
    def refuse(_message):
        raise OSError("550 <b>mailbox</b> unavailable")

    monkeypatch.setattr("provisioning.engine.trying_mail.EmailMessage.send", refuse)
    answer = client.post(TEST, {"email": "new@contoso.example"})

    assert "The mail server refused the test email:" in text_of(answer)
    assert "550 &lt;b&gt;mailbox" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "nobody"])
def test_a_test_mail_to_nobody_says_what_is_missing(client, marie, typed):
    answer = client.post(TEST, {"email": typed})

    assert answer.status_code == 422
    assert "Nothing was sent: there is a problem" in text_of(answer)
    assert mail.outbox == []


def test_the_result_alone_is_answered_to_htmx(client, marie):
    headers = {"hx-request": "true", "hx-target": "tested"}
    part = client.post(TEST, {"email": "a@x.example"}, headers=headers).content.decode()

    assert 'id="tested"' in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("happened", "word"),
    [({"sent": True}, "Accepted"), ({"error": "550 no"}, "Refused"), ({}, "Waiting")],
)
def test_the_last_notifications_tell_what_became_of_each(client, phone, marie, happened, word):
    now = timezone.now()
    Notice.objects.create(
        application=phone,
        key="k",
        subject="<i>Phone</i>: quarantined",
        body="",
        recipients=["it@contoso.example"],
        created=now,
        next_try=now,
        sent=now if happened.get("sent") else None,
        error=happened.get("error", ""),
    )

    raw = client.get(PAGE).content.decode()

    assert f"</svg>{word}</span>" in raw
    assert happened.get("error", "") in raw
    assert "&lt;i&gt;Phone" in raw


def test_only_the_last_ten_are_listed(client, phone, marie):
    now = timezone.now()
    for number in range(12):
        Notice.objects.create(
            application=phone,
            key=str(number),
            subject=f"Notice {number}",
            body="",
            recipients=[],
            created=now + timedelta(minutes=number),
            next_try=now,
        )

    text = text_of(client.get(PAGE))

    assert {number for number in range(12) if f"Notice {number}<" in text} == set(range(2, 12))


def test_without_a_mail_server_the_page_says_where_mails_go(client, marie, settings):
    settings.EMAIL_URL = ""

    assert "No mail server is set up" in text_of(client.get(PAGE))


def test_a_reader_sees_addresses_as_text(client, phone):
    configure({"slug": "phone", "notification": {"email": ["it@contoso.example"]}})
    reader(client)

    text = text_of(client.get(PAGE))

    assert "it@contoso.example" in text
    assert "Send a test email" not in text
    assert client.post(TEST, {"email": "a@x.example"}).status_code == 403


def test_addresses_that_somebody_changed_meanwhile_are_not_changed_back(client, marie):
    read = first(r'name="read" value="(\d+)"', text_of(client.get(PAGE)))
    configure({"slug": "phone", "notification": {"email": ["theirs@contoso.example"]}})

    answer = client.post(PAGE, {"email": "mine@contoso.example", "read": read})
    text = text_of(answer)

    assert answer.status_code == 409
    assert "theirs@contoso.example" in text
    assert 'value="mine@contoso.example"' in text
    assert Application.objects.get().notification_emails == ["theirs@contoso.example"]
