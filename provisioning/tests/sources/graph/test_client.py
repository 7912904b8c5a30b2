"""The reader of Microsoft Graph: tokens, retries, slowing down, and links it does not follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from provisioning.core.errors import SourceUnavailable, TargetBusy
from provisioning.simulator import graph
from provisioning.sources.base import CursorExpired
from provisioning.sources.graph.client import TRIES, Forbidden, GraphClient, NotThere, Pace
from provisioning.sources.graph.settings import GraphSettings, Proof, graph_url_of, token_url_of
from provisioning.sources.graph.tokens import Tokens
from provisioning.tests.simulator.graph.companies import BEN, company, crowd
from provisioning.tests.sources.graph.tenants import SECRET, Waits, client_of, settings_of, tenant

BASE = "https://graph.example/v1.0"


@dataclass
class Canned:
    """An answer that was written down."""

    status: int
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Line:
    """Gives the answers in turn, tokens aside, and keeps what was asked."""

    answers: list[Canned | Exception]
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    tokens: int = 0

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Canned:
        if method == "POST":
            self.tokens += 1
            token = {"access_token": f"token-{self.tokens}", "expires_in": 3599}
            return Canned(200, json.dumps(token).encode())
        self.asked.append((url, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def client(line: Line, waits: Waits | None = None) -> GraphClient:
    settings = GraphSettings(
        "contoso", "app", Proof.SECRET, "https://login.example/token", BASE, SECRET
    )
    pace = Pace(wait=waits or Waits(), dice=lambda: 1.0)
    return GraphClient(BASE, Tokens(settings, line, clock=lambda: 0.0), line, pace)


def test_a_decimal_retry_after_is_waited_for():
    waits = Waits()
    line = Line([Canned(429, headers={"retry-after": "2.128"}), Canned(200)])

    client(line, waits).read("/users")

    assert waits.seconds == [2.128]


def test_without_retry_after_the_pause_doubles():
    waits = Waits()
    line = Line([Canned(503), Canned(502), Canned(504), TargetBusy("cut"), Canned(200)])

    client(line, waits).read("/users")

    assert waits.seconds == [2.0, 4.0, 8.0, 16.0]


def test_a_retry_after_of_a_year_is_not_believed():
    waits = Waits()
    line = Line([Canned(429, headers={"retry-after": "31536000"}), Canned(200)])

    client(line, waits).read("/users")

    assert waits.seconds[0] <= 300


def test_after_many_tries_it_gives_up_and_names_the_request():
    line = Line([Canned(503, headers={"request-id": "r-1"})] * TRIES)

    with pytest.raises(SourceUnavailable, match="503") as raised:
        client(line).read("/users")

    assert raised.value.correlation_id == "r-1"
    assert len(line.asked) == TRIES


def test_near_the_limit_it_slows_down_before_it_is_refused():
    waits = Waits()
    near = {"x-ms-throttle-limit-percentage": "0.9"}
    line = Line([Canned(200, headers=near), Canned(200)])
    reader = client(line, waits)

    reader.read("/users")
    reader.read("/users")

    assert waits.seconds == [pytest.approx(2.0)]


def test_a_401_is_answered_with_another_token_once():
    line = Line([Canned(401), Canned(200)])
    client(line).read("/users")
    assert line.tokens == 2
    assert [headers["Authorization"] for _, headers in line.asked] == [
        "Bearer token-1",
        "Bearer token-2",
    ]

    with pytest.raises(SourceUnavailable, match="401"):
        client(Line([Canned(401), Canned(401)])).read("/users")


def test_a_token_is_renewed_at_four_fifths_of_its_life():
    moment = [0.0]
    line = Line([])
    settings = GraphSettings("t", "app", Proof.SECRET, "https://login.example/t", BASE, SECRET)
    tokens = Tokens(settings, line, clock=lambda: moment[0])

    first = tokens.token()
    moment[0] = 0.79 * 3599
    assert tokens.token() == first
    moment[0] = 0.81 * 3599
    assert tokens.token() != first


def test_a_token_does_not_follow_a_link_to_another_host():
    page = {"value": [], "@odata.nextLink": "https://elsewhere.example/v1.0/users"}
    line = Line([Canned(200, json.dumps(page).encode())])

    with pytest.raises(SourceUnavailable, match="another host"):
        list(client(line).pages("/users"))

    assert len(line.asked) == 1


def test_pages_that_lead_in_a_circle_end():
    page = {"value": [], "@odata.nextLink": f"{BASE}/users?again"}
    line = Line([Canned(200, json.dumps(page).encode())] * 3)

    with pytest.raises(SourceUnavailable, match="without an end"):
        list(client(line).pages("/users"))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b"\xff\xfe"])
def test_what_is_not_graph_is_said(body):
    with pytest.raises(SourceUnavailable, match="not Microsoft Graph"):
        client(Line([Canned(200, body)])).read("/users")


def test_a_background_read_says_that_it_can_wait():
    line = Line([Canned(200)])

    client(line).read("/users")

    _, headers = line.asked[0]
    assert headers["x-ms-throttle-priority"] == "Low"
    assert headers["client-request-id"]


@pytest.mark.parametrize("how", ["gone", "not_found"])
def test_an_expired_link_is_no_failure(how):
    with tenant(seed=company()) as running:
        reader = client_of(settings_of(running))
        *_, last = reader.pages("/users/delta")
        running.change("expire_cursors", how=how)

        with pytest.raises(CursorExpired):
            reader.read(last["@odata.deltaLink"])


def test_a_missing_permission_is_named_and_a_missing_object_is_not_there():
    with tenant(seed=company()) as running:
        reader = client_of(settings_of(running))
        running.change("set_permissions", names=["User.Read.All"])

        with pytest.raises(Forbidden) as raised:
            reader.read("/groups/delta")
        with pytest.raises(NotThere):
            reader.read("/users/11111111-1111-4111-8111-111111111111")

    assert "GroupMember.Read.All" in raised.value.advice
    assert raised.value.correlation_id


@pytest.mark.parametrize(
    ("secret", "client_id", "advice"),
    [("wrong secret", "rollcall", "its value, not its id"), (SECRET, "stranger", "client id")],
)
def test_a_refused_sign_in_says_what_to_correct(secret, client_id, advice):
    with tenant() as running:
        settings = settings_of(running, secret)
        wrong = GraphSettings(
            settings.tenant,
            client_id,
            settings.proof,
            settings.token_url,
            settings.graph_url,
            secret,
        )
        with pytest.raises(SourceUnavailable) as raised:
            client_of(wrong).read("/users")

    assert advice in raised.value.advice
    assert "AADSTS" in raised.value.target_message
    assert secret not in str(raised.value) + repr(wrong)


def test_a_page_that_fails_is_asked_for_again_and_nothing_is_lost():
    waits = Waits()
    faults = [
        "status:path=/users/delta,after=1,times=2,code=429,retry_after=0.5",
        "lost_reply:path=/users/delta,after=2,times=1",
        "truncate:path=/users/delta,after=3,times=1",
    ]
    with tenant(seed=crowd(40), page_size=10, faults=faults) as running:
        pages = list(client_of(settings_of(running), waits).pages("/users/delta"))

    assert [len(page["value"]) for page in pages] == [10] * 4
    assert len(waits.seconds) == 4


def test_national_clouds_have_addresses_of_their_own():
    assert token_url_of("global", "contoso") == (
        "https://login.microsoftonline.com/contoso/oauth2/v2.0/token"
    )
    assert token_url_of("china", "contoso").startswith("https://login.chinacloudapi.cn/contoso/")
    assert graph_url_of("us_defense") == "https://dod-graph.microsoft.us/v1.0"
    settings = GraphSettings("t", "a", Proof.SECRET, "", graph_url_of("china"), "s")
    assert settings.scope == "https://microsoftgraph.chinacloudapi.cn/.default"


def test_the_simulator_knows_who_reads():
    with tenant(seed=company()) as running:
        assert isinstance(running, graph.RunningGraph)
        assert client_of(settings_of(running)).read(f"/users/{BEN}")["id"] == BEN
