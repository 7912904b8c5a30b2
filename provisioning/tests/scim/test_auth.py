"""A token is fetched with id and secret, in time, by one thread, and never shown (F21)."""

from __future__ import annotations

import base64
import threading

import pytest

from provisioning import simulator
from provisioning.core import errors
from provisioning.core.resource import Kind
from provisioning.scim.auth import ClientCredentials
from provisioning.scim.client import Manners, ScimClient
from provisioning.scim.governor import Governor
from provisioning.scim.quirks import GENESYS
from provisioning.scim.secret import Secret
from provisioning.scim.tenant_url import check_tenant_url
from provisioning.tests.scim.servers import LOOPBACK, answering, door, serving
from provisioning.tests.scim.targets import USER_NAME

SECRET = Secret("s3cret:of/a client")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_token_request_is_basic_with_a_form():
    grant = {"access_token": "abc", "expires_in": 600}
    with serving(answering(200, grant)) as service, door() as opened:
        held = ClientCredentials(opened, service.url, "id one", SECRET)
        assert held.token() == Secret("abc")

    head, _, body = service.requests[0].partition(b"\r\n\r\n")
    pair = base64.b64encode(b"id%20one:s3cret%3Aof%2Fa%20client")
    assert b"POST /scim HTTP/1.1" in head
    assert b"Authorization: Basic " + pair in head
    assert body == b"grant_type=client_credentials"


@pytest.mark.parametrize(
    ("lifetime", "renewed_at"), [(600, 540), (300, 270), ("600", 540), (None, 270), (-1, 270)]
)
def test_a_token_is_renewed_ahead_of_its_end(lifetime, renewed_at):
    clock = Clock()
    grant = {"access_token": "abc", "expires_in": lifetime}
    with serving(answering(200, grant)) as service, door() as opened:
        held = ClientCredentials(opened, service.url, "id", SECRET, clock=clock)
        for clock.now in (0, renewed_at - 1, renewed_at):
            held.token()

    assert len(service.requests) == 2


def test_one_token_serves_all_threads():
    with serving(answering(200, {"access_token": "abc"})) as service, door() as opened:
        held = ClientCredentials(opened, service.url, "id", SECRET)
        threads = [threading.Thread(target=held.token) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_client"}, errors.CredentialsRejected),
        (401, {}, errors.CredentialsRejected),
        (403, {}, errors.CredentialsRejected),
        (404, b"<html>", errors.NotScim),
        (302, b"", errors.NotScim),
        (429, {}, errors.TargetBusy),
        (500, {}, errors.TargetBusy),
        (503, {}, errors.TargetBusy),
        (200, b"<html>", errors.NotScim),
        (200, b"", errors.NotScim),
        (200, {}, errors.NotScim),
        (200, {"access_token": ""}, errors.NotScim),
        (200, {"access_token": "a\r\nb"}, errors.NotScim),
        (200, {"access_token": ["a"]}, errors.NotScim),
        (200, ["abc"], errors.NotScim),
    ],
)
def test_each_answer_of_a_token_service_has_its_error(status, body, error):
    with serving(answering(status, body)) as service, door() as opened:
        held = ClientCredentials(opened, service.url, "id", SECRET)
        with pytest.raises(error) as failure:
            held.token()

    assert type(failure.value) is error
    assert failure.value.advice


def test_T32_a_secret_that_the_token_service_echoes_is_masked():
    body = {"error": "invalid_client", "error_description": f"not {SECRET.reveal()}"}
    with serving(answering(400, body)) as service, door() as opened:
        held = ClientCredentials(opened, service.url, "id", SECRET)
        with pytest.raises(errors.CredentialsRejected) as failure:
            held.token()

    assert failure.value.target_message == "not ********"


def _client(target: simulator.Running, opened, secret: str = "") -> ScimClient:
    credentials = ClientCredentials(
        opened,
        check_tenant_url(target.token_url, LOOPBACK),
        "one",
        Secret(secret or "secret-of-one"),
    )
    tenant_url = check_tenant_url(target.tenant_url, LOOPBACK)
    return ScimClient(tenant_url, credentials, opened, Governor(), Manners(GENESYS))


def test_F21_a_token_that_expired_in_mid_cycle_is_renewed_once():
    with simulator.start(quota=0, clients=["one:secret-of-one"]) as target, door() as opened:
        speaking = _client(target, opened)
        speaking.find(Kind.USER, USER_NAME, "ana")
        target.set_faults(["status:code=401,times=1,path=/Users"])

        assert speaking.find(Kind.USER, USER_NAME, "ana") == []
        assert dict(speaking.requests) == {"GET": 3}, "token requests are not counted"


def test_F21_a_second_401_stops_the_work():
    with simulator.start(quota=0, clients=["one:secret-of-one"]) as target, door() as opened:
        target.set_faults(["status:code=401,path=/Users"])

        with pytest.raises(errors.CredentialsRejected):
            _client(target, opened).find(Kind.USER, USER_NAME, "ana")

        assert len([each for each in target.requests if "users" in str(each["path"]).lower()]) == 2


def test_a_wrong_client_secret_is_told_apart_from_a_wrong_address():
    with (
        simulator.start(quota=0, clients=["one:secret-of-one"]) as target,
        door() as opened,
        pytest.raises(errors.CredentialsRejected, match="client id"),
    ):
        _client(target, opened, "another-secret").find(Kind.USER, USER_NAME, "ana")
