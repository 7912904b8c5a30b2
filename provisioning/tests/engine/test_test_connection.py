"""Test Connection: the first layer that fails says what happened and what to do; only reads."""

from __future__ import annotations

import base64
import json
import ssl
from contextlib import ExitStack

import pytest

from provisioning.core.resource import Kind
from provisioning.engine import probing
from provisioning.engine.credentials import open_client, quirks_of
from provisioning.engine.test_connection import ProbeStep, Verdict, probe, succeeded
from provisioning.models import Application, Connection
from provisioning.scim.dialing import Dialer
from provisioning.scim.session import Limits
from provisioning.simulator import Running
from provisioning.tests.builders import TOKEN_VARIABLE, application, configure
from provisioning.tests.engine.commanding import command
from provisioning.tests.scim.certificates import server_context
from provisioning.tests.scim.servers import answering, response, serving

pytestmark = pytest.mark.django_db

TOKEN = "token-of-the-target-0123456789"
EMPTY = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0}
CONFIG = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "filter": {"supported": True, "maxResults": 50},
    "bulk": {"supported": False},
    "etag": {"supported": False},
}


@pytest.fixture
def served():
    """Starts an opponent and answers its Tenant URL."""
    with ExitStack() as stack:

        def start(script, context: ssl.SSLContext | None = None):
            return stack.enter_context(serving(script, context))

        yield start


def look_at(tenant_url: str, token: str = TOKEN, **document) -> list[ProbeStep]:
    application(tenant_url, token, **document)
    return probe(Application.objects.get())


def failure(steps: list[ProbeStep]) -> ProbeStep:
    """The step that failed, after which nothing was tried."""
    (failed,) = [step for step in steps if step.verdict is Verdict.FAILED]
    behind = steps[steps.index(failed) + 1 :]
    assert all(step.verdict is Verdict.NOT_TRIED for step in behind)
    assert not succeeded(steps)
    return failed


def routed(answers: dict[bytes, bytes], otherwise: bytes):
    """A server that answers by the last segment of the path."""

    def script(connection, request, _closing):
        path = request.split(b" ", 2)[1].split(b"?")[0].rsplit(b"/", 1)[-1]
        connection.sendall(answers.get(path.lower(), otherwise))

    return script


def jwt(expires: int) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": expires}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{claims}.c2lnbmF0dXJl"


def test_a_target_that_works_passes_every_step_and_is_only_read(genesys: Running):
    steps = look_at(genesys.tenant_url, genesys.token)

    assert succeeded(steps)
    assert [(step.name, step.verdict.value) for step in steps] == [
        ("Address", "passed"),
        ("Secure line", "warning"),
        ("Token", "passed"),
        ("SCIM", "passed"),
        ("Read users", "passed"),
        ("Filter", "passed"),
        ("Read groups", "passed"),
    ]
    assert {request["method"] for request in genesys.requests} == {"GET"}
    assert genesys.state()["users"] == []


def test_the_result_and_what_was_learnt_are_kept(served):
    target = served(routed({b"serviceproviderconfig": response(200, CONFIG)}, response(200, EMPTY)))

    look_at(str(target.url), template="scim", name="S", slug="s")

    connection = Connection.objects.get()
    assert connection.last_test["ok"] is True
    assert connection.last_tested_at is not None
    learnt = quirks_of(Application.objects.get())
    assert (learnt.page_size, learnt.etag, learnt.patch_supported) == (50, False, True)
    assert TOKEN not in json.dumps(connection.last_test)


def test_client_credentials_are_exchanged(genesys: Running, monkeypatch):
    origin = genesys.tenant_url.split("/api/")[0]
    with_client = {
        "tenant_url": genesys.tenant_url,
        "client_credentials": {
            "token_url": f"{origin}/oauth/token",
            "client_id": "nobody",
            "client_secret": {"env": TOKEN_VARIABLE},
        },
    }
    monkeypatch.setenv(TOKEN_VARIABLE, "wrong-secret-0123456789")
    configure({"name": "G", "slug": "g", "template": "genesys-cloud", "credentials": with_client})

    failed = failure(probe(Application.objects.get()))

    assert failed.name == "Token"
    assert "client id" in failed.advice


def test_groups_are_not_tried_when_they_are_not_provisioned(genesys: Running):
    steps = look_at(genesys.tenant_url, genesys.token, mappings={"groups": {"enabled": False}})

    assert steps[-1].verdict is Verdict.NOT_TRIED
    assert succeeded(steps)


def test_without_credentials_the_address_says_so():
    configure({"name": "G", "slug": "g", "template": "genesys-cloud"})

    failed = failure(probe(Application.objects.get()))

    assert failed.name == "Address"
    assert "no Tenant URL yet" in failed.advice


def test_a_host_that_does_not_exist_is_told_as_such(monkeypatch):
    def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError

    monkeypatch.setattr(probing, "Dialer", lambda allowed, seconds: Dialer(allowed, nowhere))

    failed = failure(look_at("https://api.mypurecloud.dee/api/v2/scim/v2"))

    assert failed.name == "Address"
    assert "api.mypurecloud.dee” is not known" in failed.advice
    assert "spelling" in failed.advice


def test_a_port_where_nobody_listens_is_told_as_such(served):
    target = served(answering())
    port = target.port
    with serving(answering()) as gone:
        port = gone.port

    failed = failure(look_at(f"http://127.0.0.1:{port}/scim"))

    assert failed.name == "Address"
    assert "refuses connections" in failed.advice


@pytest.mark.parametrize(
    ("status", "body", "headers", "name", "words"),
    [
        (401, {}, {}, "Token", ("rejects the token (401)", "Get a new one")),
        (403, {}, {}, "SCIM", ("may not read this", "(403)", "Give it the Admin role")),
        (404, {}, {}, "SCIM", ("Nothing answers SCIM at this URL", "expects …/api/v2/scim/v2")),
        (200, b"<html>", {"Content-Type": "text/html"}, "SCIM", ("web page", "expects")),
        (200, b"nonsense", {}, "SCIM", ("not with a SCIM document",)),
        (302, b"", {"Location": "https://elsewhere.example/x"}, "SCIM", ("redirects to",)),
        (500, {}, {}, "SCIM", ("could not do it now (500)", "Try again")),
        (429, {}, {"Retry-After": "60"}, "SCIM", ("quota is used up", "Try again")),
    ],
)
def test_a_wrong_answer_is_told_with_what_to_do(served, status, body, headers, name, words):
    target = served(answering(status, body, headers))

    failed = failure(look_at(str(target.url)))

    assert failed.name == name
    for word in words:
        assert word in failed.advice
    assert failed.exchanges[0]["status"] == status


def test_a_token_that_nothing_answered_to_was_not_accepted(served):
    target = served(answering(500, {}, {}))

    steps = look_at(str(target.url))

    assert (steps[2].name, steps[2].verdict) == ("Token", "passed")
    assert steps[2].detail == "present; nothing has accepted it yet"


def test_T03_a_redirect_is_not_followed(served):
    elsewhere = served(answering(200, CONFIG))
    location = {"Location": f"{elsewhere.url}/ServiceProviderConfig"}
    target = served(answering(307, b"", location))

    failure(look_at(str(target.url)))

    assert elsewhere.requests == []


def test_a_server_that_does_not_describe_itself_is_a_warning(served):
    target = served(routed({b"serviceproviderconfig": response(404)}, response(200, EMPTY)))

    steps = look_at(str(target.url))

    assert steps[3].verdict is Verdict.WARNING
    assert succeeded(steps)
    assert Connection.objects.get().passport == {}


def test_people_that_may_not_be_read_are_told_apart(served):
    target = served(
        routed({b"serviceproviderconfig": response(200, CONFIG)}, response(403, {"detail": "no"}))
    )

    failed = failure(look_at(str(target.url)))

    assert failed.name == "Read users"
    assert "“no”" in failed.advice


def test_T13_a_target_that_ignores_the_filter_fails_at_the_filter(served):
    everybody = {**EMPTY, "totalResults": 1, "Resources": [{"id": "1", "userName": "ana"}]}
    target = served(
        routed({b"serviceproviderconfig": response(200, CONFIG)}, response(200, everybody))
    )

    failed = failure(look_at(str(target.url)))

    assert failed.name == "Filter"
    assert "ignores the filter" in failed.advice


def test_a_matching_attribute_that_cannot_be_searched_by_is_told(served):
    def script(connection, request, _closing):
        if b"filter=" in request:
            connection.sendall(response(400, {"scimType": "invalidFilter"}))
        elif b"ServiceProviderConfig" in request:
            connection.sendall(response(200, CONFIG))
        else:
            connection.sendall(response(200, EMPTY))

    failed = failure(look_at(str(served(script).url)))

    assert failed.name == "Filter"
    assert "matching attribute" in failed.advice


def test_a_token_that_expired_is_told_before_it_is_sent(served):
    target = served(answering(200, CONFIG))

    failed = failure(look_at(str(target.url), jwt(1_700_000_000)))

    assert failed.name == "Token"
    assert "expired on 2023-11-14" in failed.advice
    assert target.requests == []


def test_a_token_says_until_when_it_is_valid(genesys: Running, served):
    target = served(routed({b"serviceproviderconfig": response(200, CONFIG)}, response(200, EMPTY)))

    steps = look_at(str(target.url), jwt(4_000_000_000))

    assert steps[2].detail == "accepted, expires on 2096-10-02"


@pytest.mark.parametrize(
    ("host", "by_itself", "words"),
    [("localhost", True, "signed by itself"), ("localhost", False, "authority not known here")],
)
def test_T05_a_certificate_that_cannot_be_trusted_is_told(served, tmp_path, host, by_itself, words):
    target = served(answering(200, CONFIG), server_context(tmp_path, host, by_itself=by_itself))

    failed = failure(look_at(f"https://localhost:{target.port}/scim"))

    assert failed.name == "Secure line"
    assert words in failed.advice
    assert target.requests == []


def test_a_slow_target_is_given_up_and_told(served, monkeypatch):
    monkeypatch.setattr("provisioning.engine.test_connection.STEP_SECONDS", 0.3)

    def script(_connection, _request, closing):
        closing.wait(20)

    target = served(script)

    failed = failure(look_at(str(target.url)))

    assert failed.name == "SCIM"
    assert "did not answer in time" in failed.advice
    assert failed.milliseconds < 3_000


def test_T10_all_steps_together_end_within_their_time(served):
    target = served(routed({b"serviceproviderconfig": response(200, CONFIG)}, response(200, EMPTY)))
    application(str(target.url), TOKEN)
    # Every look at the clock costs a second: at most 15 of them are spent before the end.
    ticks = iter(range(1000))
    given: list[float] = []

    def noted(connect: float, read: float, total: float):
        given.append(total)
        return Limits(connect, read, total)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probing, "Limits", noted)
        probe(Application.objects.get(), clock=lambda: float(next(ticks)))

    assert given == sorted(given, reverse=True)
    assert given[-1] == 0.05


def test_an_opened_client_reads_the_target_with_the_stored_secret(genesys: Running):
    job = application(genesys.tenant_url, genesys.token, limits={"requests_per_minute": 6000})

    client = open_client(job.application)

    assert client.pages(Kind.USER).first().total == 0
    assert client.governor.requests_per_minute == 6000


def test_the_command_answers_the_steps_and_exits_1_when_it_does_not_work(served):
    target = served(answering(401))
    application(str(target.url), TOKEN)

    said = command("test_connection", "genesys-eu", "--json")

    assert said.code == 1
    assert said.document["ok"] is False
    assert [set(step) for step in said.document["steps"]] == [
        {"name", "verdict", "advice", "milliseconds"}
    ] * 7
    assert "rejects the token" in said.err


def test_the_command_exits_0_when_it_works(genesys: Running):
    application(genesys.tenant_url, genesys.token)

    said = command("test_connection", "genesys-eu")

    assert said.code == 0
    assert said.out.endswith("Connected.\n")
