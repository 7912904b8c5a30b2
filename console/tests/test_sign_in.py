"""Signing in and out: who may, what a wrong try tells, how long it lasts, in which language."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from console.models import Account, Role
from console.sessions import IDLE, KEPT

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse"


@pytest.fixture(autouse=True)
def marie():
    cache.clear()  # tries are counted in the cache
    user = User.objects.create_user("marie", "marie@contoso.example", PASSWORD)
    Account.objects.create(user=user, role=Role.ADMINISTRATOR)
    return user


def try_with(client, login="marie", password=PASSWORD, **more):
    return client.post("/login/", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["marie", "marie@contoso.example"])
def test_name_or_address_and_password_open_the_applications(client, login):
    assert try_with(client, login)["Location"] == "/applications/"
    assert client.get("/applications/").status_code == 200


@pytest.mark.parametrize(("login", "password"), [("marie", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_try_does_not_tell_which_was_wrong_and_keeps_the_name(client, login, password):
    answer = try_with(client, login, password)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert "The user name or password is not right." in text
    assert f'value="{login}"' in text
    assert password not in text.replace(f'value="{login}"', "")


def test_nothing_typed_is_told_at_its_fields(client):
    text = try_with(client, "", "").content.decode()

    assert text.count("This field is required.") >= 2
    assert 'href="#id_login"' in text
    assert 'href="#id_password"' in text


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/logs/?status=failure", "/logs/?status=failure"),
        ("https://evil.example/", "/applications/"),
        ("//evil.example/", "/applications/"),
        ("javascript:alert(1)", "/applications/"),
    ],
)
def test_next_leads_to_pages_of_ours_only(client, wanted, reached):
    assert try_with(client, next=wanted)["Location"] == reached


def test_T47_after_ten_wrong_tries_a_minute_the_address_has_to_wait(client):
    for _number in range(10):
        try_with(client, password="wrong")

    answer = try_with(client)

    assert "Too many tries from this address. Wait one minute" in answer.content.decode()


def test_somebody_who_may_not_sign_in_does_not_learn_that(client, marie):
    User.objects.update(is_active=False)

    assert "The user name or password is not right." in try_with(client).content.decode()


def test_whoever_is_deactivated_is_out_at_once(client, marie):
    try_with(client)
    User.objects.update(is_active=False)

    assert client.get("/applications/")["Location"].startswith("/login/")


def at(moment: datetime):
    return patch("django.utils.timezone.now", return_value=moment)


@pytest.mark.parametrize(
    ("keep", "later", "inside"),
    [
        ("", IDLE - timedelta(seconds=1), True),
        ("", IDLE + timedelta(seconds=1), False),
        ("on", IDLE + timedelta(seconds=1), True),
        ("on", KEPT - timedelta(seconds=1), True),
        ("on", KEPT + timedelta(seconds=1), False),
    ],
)
def test_T46_a_session_ends_after_silence_or_after_twelve_hours(client, keep, later, inside):
    began = timezone.now()
    with at(began):
        try_with(client, remember=keep)

    with at(began + later):
        answer = client.get("/account/")

    assert (answer.status_code == 200) is inside


def test_T46_whoever_works_stays_signed_in(client):
    began = timezone.now()
    with at(began):
        try_with(client)
    for minutes in range(20, 121, 20):
        with at(began + timedelta(minutes=minutes)):
            assert client.get("/account/").status_code == 200


def test_T46_twelve_hours_end_even_whoever_works(client):
    began = timezone.now()
    with at(began):
        try_with(client, remember="on")
    with at(began + KEPT - timedelta(minutes=1)):
        assert client.get("/account/").status_code == 200
    with at(began + KEPT + timedelta(minutes=1)):
        assert client.get("/account/").status_code == 302


def test_a_stranger_s_language_is_a_cookie_and_an_account_remembers_its_own(client, marie):
    answer = client.post("/language/", {"language": "fr", "next": "/login/"})
    assert answer["Location"] == "/login/"
    assert answer.cookies["django_language"].value == "fr"

    try_with(client)
    client.post("/language/", {"language": "en"})
    assert Account.objects.get(user=marie).language == "en"


def test_a_language_nobody_speaks_changes_nothing(client, marie):
    client.post("/language/", {"language": "tlh"})

    assert "django_language" not in client.cookies
