"""What every answer carries: nothing foreign runs, nothing is framed, sniffed or kept."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody():
    """Without an account the sign-in page leads to the first run."""
    return User.objects.create_user("marie")


ADDRESSES = ["/login/", "/healthz", "/readyz", "/nothing/", "/static/icon.svg"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_T49_T17_every_answer_carries_the_policy(client, address):
    answer = client.get(address)
    answer.close()  # a static file stays open until its answer is
    headers = answer.headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/login/", "/readyz"])
def test_T49_pages_are_not_kept_by_caches(client, address):
    assert "no-store" in client.get(address)["Cache-Control"]


def test_T50_nothing_is_loaded_from_elsewhere(client):
    page = client.get("/login/").content.decode()

    assert "http://" not in page
    assert "https://" not in page
    assert "<style" not in page
    assert "style=" not in page


def test_T21_a_foreign_host_name_is_refused(client):
    assert client.get("/login/", headers={"host": "evil.example"}).status_code == 400


def test_T49_strict_transport_is_told_over_https(client):
    assert "max-age=31536000" in client.get("/login/", secure=True)["Strict-Transport-Security"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_T44_reading_addresses_take_no_writes(client, address):
    assert client.post(address).status_code == 405
