"""The client credentials grant (RFC 6749 4.4), by Basic authentication or in the form."""

from __future__ import annotations

import pytest
import requests

from provisioning.tests.simulator.caller import Caller, calling

GRANT = {"grant_type": "client_credentials"}
US = ("us", "secret")


def token(target: Caller, auth: tuple[str, str] | None = None, /, **form: str) -> requests.Response:
    return requests.post(target.running.token_url, data=form, auth=auth, timeout=10)


def test_a_client_gets_a_token_that_works():
    with calling(clients=["us:secret"]) as target:
        answer = token(target, US, **GRANT)
        target.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

        assert target.get("/Users").status_code == 200

    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 86400
    assert answer.headers["Cache-Control"] == "no-store"


def test_id_and_secret_may_stand_in_the_form():
    with calling(clients=["us:secret"]) as target:
        answer = token(target, None, client_id="us", client_secret="secret", **GRANT)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("auth", "form", "status", "error"),
    [
        (("us", "wrong"), GRANT, 401, "invalid_client"),
        (("them", "secret"), GRANT, 401, "invalid_client"),
        (None, GRANT, 401, "invalid_client"),
        (("us", "secret"), {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (("us", "secret"), {}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_request_for_a_token_is_refused(auth, form, status, error):
    with calling(clients=["us:secret"]) as target:
        answer = token(target, auth, **form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_token_is_only_given_for_a_POST():
    with calling(clients=["us:secret"]) as target:
        assert requests.get(target.running.token_url, timeout=10).status_code == 405


def test_the_given_token_is_the_token():
    with calling(token="canary-token") as target:
        assert target.running.token == "canary-token"
        assert target.get("/Users").status_code == 200


def test_each_token_has_an_allowance_of_its_own():
    with calling(clients=["us:secret"], quota=1) as target:
        statuses = [target.get("/Users").status_code for _ in range(2)]
        issued = token(target, US, **GRANT).json()["access_token"]
        target.session.headers["Authorization"] = f"Bearer {issued}"
        statuses.append(target.get("/Users").status_code)

    assert statuses == [200, 429, 200]
