"""Who may push: whoever holds a valid token of that source; no session, and within limits."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from console.tests.signing_in import administrator
from provisioning.core.inbound.discovery import LARGEST_BODY
from provisioning.engine.inbound.endpoints import add_endpoint, make_token, revoke_token
from provisioning.models import AuditEvent, DirectoryObject, InboundToken, Push
from provisioning.models.audit import Activity
from provisioning.tests.sources.directories import NOW

pytestmark = pytest.mark.django_db

ANA = {"userName": "ana@example.com"}


@pytest.fixture
def endpoint():
    return add_endpoint(None, "Entra ID", NOW)


@pytest.fixture
def token(endpoint):
    return make_token(None, endpoint, NOW).secret.reveal()


def push(token, body=ANA, *, method="POST", path="entra-id/Users", kind="application/scim+json"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = body if isinstance(body, bytes) else json.dumps(body)
    address = f"/scim/v2/{path}"
    return Client(enforce_csrf_checks=True).generic(method, address, data, kind, headers=headers)


def test_a_token_opens_its_source_without_a_session_or_a_csrf_token(token):
    answer = push(token)

    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/scim+json"
    assert answer["Location"] == json.loads(answer.content)["meta"]["location"]
    assert answer["ETag"] == 'W/"1"'
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert DirectoryObject.objects.get().user_name == "ana@example.com"


@pytest.mark.parametrize(
    "wrong", ["", "x", "rollcall_00000000_" + "a" * 43, "short", "near", "other"]
)
def test_every_wrong_token_is_answered_alike_and_nothing_is_read_or_kept(endpoint, token, wrong):
    if wrong == "short":
        wrong = token[:-1]
    if wrong == "near":
        wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    if wrong == "other":
        wrong = make_token(None, add_endpoint(None, "Okta", NOW), NOW).secret.reveal()
    answer = push(wrong, b"{" * 10)

    unknown = push(token, path="nobody/Users")
    assert (answer.status_code, unknown.status_code) == (401, 401)
    assert answer.content == unknown.content
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert not Push.objects.exists()


def test_a_session_opens_nothing_here(client, endpoint):
    administrator(client)

    assert client.get("/scim/v2/entra-id/Users").status_code == 401


def test_a_revoked_token_opens_nothing_and_its_successor_does(endpoint, token):
    successor = make_token(None, endpoint, NOW).secret.reveal()
    assert push(token).status_code == 201

    revoke_token(None, endpoint, InboundToken.objects.order_by("pk")[0].label, NOW)

    assert push(token).status_code == 401
    assert push(successor, method="GET").status_code == 200


def test_T28_the_token_is_kept_nowhere_and_every_step_with_it_leaves_an_audit_row(endpoint, token):
    push(token)
    revoke_token(None, endpoint, InboundToken.objects.get().label, NOW)

    rows = [str(vars(one)) for one in [*InboundToken.objects.all(), *AuditEvent.objects.all()]]
    assert not [row for row in rows if token in row or token.split("_", 2)[2] in row]
    assert AuditEvent.objects.filter(activity=Activity.SOURCE).count() == 3


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b" " * (LARGEST_BODY + 1), "application/json", 413),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"userName": NaN}', "application/json", 400),
        (b"[]", "application/json", 400),
    ],
)
def test_what_is_no_body_is_refused_with_a_sentence(token, body, kind, status):
    answer = push(token, body, kind=kind)

    assert answer.status_code == status
    assert json.loads(answer.content)["detail"]
    assert not DirectoryObject.objects.exists()


def test_SCIM_is_English_whatever_language_is_asked_for(token):
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "fr"}
    answer = Client().post(
        "/scim/v2/entra-id/Users",
        json.dumps({"userName": "ana\x01"}),
        content_type="application/scim+json",
        headers=headers,
    )

    assert answer.status_code == 400
    assert json.loads(answer.content)["detail"].endswith("that no id has.")
