"""A client proves itself with its certificate's key, and with nothing less."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests

from provisioning.simulator import graph
from provisioning.simulator.graph.assertions import TYPE
from provisioning.tests.simulator.graph.certificates import (
    assertion,
    key_and_certificate,
    written,
)
from provisioning.tests.simulator.graph.reader import SCOPE, TIMEOUT

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


def ask(running: graph.RunningGraph, signed: str) -> requests.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": "robot",
        "scope": SCOPE,
        "client_assertion_type": TYPE,
        "client_assertion": signed,
    }
    return requests.post(running.token_url, data=form, timeout=TIMEOUT)


def claims(running: graph.RunningGraph, **other: object) -> dict[str, object]:
    now = NOW.timestamp()
    standard = {
        "aud": running.token_url,
        "iss": "robot",
        "sub": "robot",
        "jti": "1",
        "nbf": now,
        "exp": now + 300,
    }
    return {**standard, **other}


def test_an_assertion_signed_with_the_registered_key_gets_a_token(tmp_path):
    key, certificate = key_and_certificate(NOW)
    file = written(tmp_path, certificate)
    with graph.start(certificates=[f"robot:{file}"], now=NOW.timestamp) as running:
        answer = ask(running, assertion(key, certificate, **claims(running)))

    assert answer.status_code == 200
    assert answer.json()["access_token"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://elsewhere.example/token"},
        {"iss": "stranger"},
        {"exp": NOW.timestamp() - 3600},
        {"nbf": NOW.timestamp() + 3600},
        {"jti": ""},
    ],
)
def test_an_assertion_with_another_claim_is_refused(tmp_path, wrong):
    key, certificate = key_and_certificate(NOW)
    file = written(tmp_path, certificate)
    with graph.start(certificates=[f"robot:{file}"], now=NOW.timestamp) as running:
        answer = ask(running, assertion(key, certificate, **claims(running, **wrong)))

    assert answer.status_code == 401
    assert "AADSTS700027" in answer.json()["error_description"]


def test_another_key_and_a_text_that_is_no_jwt_are_refused(tmp_path):
    _, certificate = key_and_certificate(NOW)
    stranger, _ = key_and_certificate(NOW)
    file = written(tmp_path, certificate)
    with graph.start(certificates=[f"robot:{file}"], now=NOW.timestamp) as running:
        forged = ask(running, assertion(stranger, certificate, **claims(running)))
        noise = ask(running, "no.jwt.atall")

    assert forged.status_code == noise.status_code == 401
