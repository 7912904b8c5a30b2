"""Every fault does what it says to the wire and to the accounts, to the requests that it names."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
import requests

from provisioning.simulator.faults import KINDS, parse_fault
from provisioning.simulator.settings_error import SettingError
from provisioning.tests.simulator.caller import Caller, Clock, calling, op, person


def stored(target: Caller) -> list[str]:
    return [user["userName"] for user in target.running.state()["users"]]


def last(target: Caller) -> dict[str, Any]:
    return target.running.requests[-1]


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504, 408])
def test_F08_status_answers_with_a_platform_error_and_applies_nothing(code):
    with calling(faults=[f"status:code={code},times=1"]) as target:
        refused = target.post("/Users", person())
        applied_at_first = stored(target)
        accepted = target.post("/Users", person())

    assert (refused.status_code, refused.json()["status"]) == (code, code)
    assert applied_at_first == []
    assert accepted.status_code == 201


@pytest.mark.parametrize("wanted", ["7", "Wed, 21 Oct 2037 07:28:00 GMT", "soon", "99999999"])
def test_F07_status_carries_any_retry_after_or_none(wanted):
    with calling(faults=[f"status:code=429,retry_after={wanted},times=1"]) as target:
        with_header = target.get("/Users").headers
        target.running.set_faults(["status:code=429"])
        without = target.get("/Users").headers

    assert with_header["Retry-After"] == wanted
    assert "Retry-After" not in without


def test_timeout_applies_nothing_and_answers_nothing():
    with calling(faults=["timeout:method=POST"]) as target:
        with pytest.raises(requests.ReadTimeout):
            target.send("POST", "/Users", json=person(), timeout=0.3)

        assert stored(target) == []
        assert (last(target)["fault"], last(target)["status"]) == ("timeout", None)


def test_timeout_ends_the_connection_after_its_seconds():
    with calling(faults=["timeout:seconds=0.2"]) as target, pytest.raises(requests.ConnectionError):
        target.post("/Users", person())


def test_lost_reply_applies_and_cuts_the_connection():
    with calling(faults=["lost_reply:method=POST"]) as target:
        with pytest.raises(requests.ConnectionError):
            target.post("/Users", person())

        assert stored(target) == ["ana@example.org"]
        assert last(target)["status"] is None
        assert len(last(target)["changes"]) == 1


def test_truncate_applies_and_sends_half_a_body():
    with calling(faults=["truncate:method=POST"]) as target:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            target.post("/Users", person())

        assert stored(target) == ["ana@example.org"]


def test_F12_garbage_applies_and_sends_something_else():
    with calling(faults=["garbage:method=POST"]) as target:
        answer = target.post("/Users", person())

        assert answer.headers["Content-Type"].startswith("text/html")
        assert "<" in answer.text
        assert stored(target) == ["ana@example.org"]


def test_T10_slow_drips_a_whole_answer():
    with calling(faults=["slow:seconds=0.4"]) as target:
        begun = time.monotonic()
        answer = target.post("/Users", person())

    assert answer.json()["userName"] == "ana@example.org"
    assert time.monotonic() - begun >= 0.4


def test_lag_shows_lists_as_they_were():
    clock = Clock()
    with calling(faults=["lag:seconds=3"], now=clock) as target:
        target.user()

        at_once = target.names(filter='userName eq "ana@example.org"')
        clock.move(4)
        later = target.names(filter='userName eq "ana@example.org"')

    assert (at_once, later) == ([], ["ana@example.org"])


def test_T13_ignore_filter_returns_everybody():
    with calling(faults=["ignore_filter"]) as target:
        target.user("ana@example.org")
        target.user("bo@example.org")

        found = target.names(filter='userName eq "nobody@example.org"')

    assert found == ["ana@example.org", "bo@example.org"]


def test_T12_lying_pages_repeat_the_first_page_and_never_end():
    with calling(faults=["lying_pages"]) as target:
        for number in range(3):
            target.user(f"p{number}@example.org")

        pages = [target.get("/Users", startIndex=start, count=2).json() for start in (1, 3, 99)]

    assert [page["Resources"][0]["userName"] for page in pages] == ["p0@example.org"] * 3
    assert all(page["totalResults"] > page["startIndex"] + 1 for page in pages)


def test_F21_token_expiry_answers_401_until_the_token_is_renewed():
    with calling(faults=["token_expiry:after=1,times=1"]) as target:
        statuses = [target.get("/Users").status_code for _ in range(3)]
        target.running.set_faults([])
        statuses.append(target.get("/Users").status_code)

    assert statuses == [200, 401, 401, 200]


def test_token_expiry_of_the_given_token_ends_after_its_seconds():
    clock = Clock()
    with calling(faults=["token_expiry:times=1,seconds=30"], now=clock) as target:
        first = target.get("/Users").status_code
        clock.move(31)
        second = target.get("/Users").status_code

    assert (first, second) == (401, 200)


def test_token_expiry_ends_an_issued_token_and_a_new_one_works():
    with calling(clients=["us:secret"]) as target:
        renew(target)
        target.running.set_faults(["token_expiry:times=1"])

        expired = target.get("/Users").status_code
        renew(target)
        renewed = target.get("/Users").status_code

    assert (expired, renewed) == (401, 200)


def renew(target: Caller) -> None:
    answer = requests.post(
        target.running.token_url,
        data={"grant_type": "client_credentials"},
        auth=("us", "secret"),
        timeout=10,
    )
    target.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def test_a_fault_strikes_only_the_method_and_path_that_it_names():
    with calling(faults=["status:method=POST|PATCH,path=/users"], groups=["Sales"]) as target:
        statuses = [
            target.post("/Users", person()).status_code,
            target.patch("/Users/1", op("remove", "title")).status_code,
            target.get("/Users").status_code,
            target.patch(f"/Groups/{target.group('Sales')['id']}", op("add", "members", [])),
        ]

    assert statuses[:3] == [503, 503, 200]
    assert statuses[3].status_code == 200


def test_a_fault_leaves_tokens_alone_unless_its_path_names_them():
    with calling(clients=["us:secret"], faults=["status"]) as target:
        form = {"grant_type": "client_credentials"}
        spared = requests.post(
            target.running.token_url, data=form, auth=("us", "secret"), timeout=10
        )
        target.running.set_faults(["status:path=/oauth/token,code=500"])
        struck = requests.post(
            target.running.token_url, data=form, auth=("us", "secret"), timeout=10
        )

    assert (spared.status_code, struck.status_code) == (200, 500)


def test_after_lets_requests_through_and_times_ends_it():
    with calling(faults=["status:after=2,times=2"]) as target:
        statuses = [target.get("/Users").status_code for _ in range(6)]

    assert statuses == [200, 200, 503, 503, 200, 200]


def test_seconds_ends_an_outage_after_its_first_victim():
    clock = Clock()
    with calling(faults=["status:seconds=10"], now=clock) as target:
        clock.move(100)
        statuses = []
        for _ in range(4):
            statuses.append(target.get("/Users").status_code)
            clock.move(5)

    assert statuses == [503, 503, 200, 200]


def test_rate_strikes_a_share_and_the_same_one_each_time():
    def statuses() -> list[int]:
        with calling(faults=["status:rate=0.3"]) as target:
            return [target.get("/Users").status_code for _ in range(60)]

    first = statuses()

    assert first == statuses()
    assert 8 <= first.count(503) <= 28


def test_a_restart_of_the_faults_counts_from_none():
    with calling(faults=["status:times=1"]) as target:
        first = target.get("/Users").status_code
        target.running.set_faults(["status:times=1"])
        again = target.get("/Users").status_code

    assert (first, again) == (503, 503)


@pytest.mark.parametrize("kind", KINDS)
def test_each_record_names_its_fault(kind):
    with calling(faults=[f"{kind}:seconds=0.1"]) as target:
        with suppress(requests.RequestException):
            target.get("/Users", filter='userName eq "x"')

        assert last(target)["fault"] == kind


@pytest.mark.parametrize(
    "text",
    ["fire", "status:colour=red", "status:code=abc", "status:code=99", "status:rate=2", "slow:x"],
)
def test_a_fault_that_cannot_be_read_is_refused_with_advice(text):
    with pytest.raises(SettingError) as caught:
        parse_fault(text)

    assert caught.value.path == "--fault"
    assert caught.value.advice
