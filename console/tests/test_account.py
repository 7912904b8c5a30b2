"""My account: how the console speaks and looks to me, and my password."""

from __future__ import annotations

import pytest

from console.models import Account
from console.tests.signing_in import reader

pytestmark = pytest.mark.django_db

NEW = "correct-horse"


@pytest.fixture
def ines(client):
    user = reader(client)
    user.set_password("present-one")
    user.save()
    client.force_login(user)
    return user


def test_language_and_theme_are_kept_and_act_at_once(client, ines):
    client.post("/account/", {"form": "preferences", "language": "fr", "theme": "dark"})

    text = client.get("/account/").content.decode()

    assert '<html lang="fr"' in text
    assert 'data-theme="dark"' in text
    assert Account.objects.get(user=ines).language == "fr"


def test_as_the_browser_says_is_a_choice(client, ines):
    Account.objects.filter(user=ines).update(language="fr")

    client.post("/account/", {"form": "preferences", "language": "", "theme": ""})

    answer = client.get("/account/", headers={"accept-language": "en"})
    assert '<html lang="en"' in answer.content.decode()


def test_the_password_is_changed_and_other_sessions_end(client, ines):
    other = type(client)()
    other.force_login(ines)

    client.post("/account/", {"form": "password", "present": "present-one", "new": NEW})

    ines.refresh_from_db()
    assert ines.check_password(NEW)
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("present", "new", "told"),
    [
        ("guessed", NEW, "This is not your present password."),
        ("present-one", "x1y2z3", "This password is too short."),
        ("present-one", "password123", "This password is too common."),
    ],
)
def test_a_wrong_change_of_password_changes_nothing_and_shows_none(
    client, ines, present, new, told
):
    answer = client.post("/account/", {"form": "password", "present": present, "new": new})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert told in text
    assert new not in text
    ines.refresh_from_db()
    assert ines.check_password("present-one")
