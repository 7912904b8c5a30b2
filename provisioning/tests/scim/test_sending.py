"""What is repeated and what never is, under every fault the simulator knows (F07, F08, F10-F13)."""

from __future__ import annotations

import threading

import pytest

from provisioning.core import errors
from provisioning.core.resource import Kind
from provisioning.scim.client import ScimClient
from provisioning.scim.sending import NO_PATIENCE
from provisioning.scim.verbs import Verb
from provisioning.scim.versions import version_of
from provisioning.tests.scim.servers import answering, response, serving
from provisioning.tests.scim.targets import (
    TOKEN,
    USER_NAME,
    Leap,
    client,
    genesys,
    person,
    replacing,
)


def _statuses(opened, call) -> list[object]:
    with opened.recording() as exchanges:
        call()
    return [exchange.as_dict()["status"] for exchange in exchanges]


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408])
def test_F08_a_read_is_tried_four_more_times(code):
    with genesys(faults=[f"status:code={code},times=4"]) as (opened, _target):
        statuses = _statuses(opened, lambda: opened.find(Kind.USER, USER_NAME, "ana"))

    assert statuses == [code] * 4 + [200]


def test_F08_a_read_is_given_up_after_the_fifth_fault():
    with genesys(faults=["status:code=500"]) as (opened, target):
        with pytest.raises(errors.TargetBusy):
            opened.find(Kind.USER, USER_NAME, "ana")

        assert len(target.requests) == 5


def test_F08_the_pauses_between_tries_grow_and_carry_chance():
    leap = Leap()
    with genesys(faults=["status:code=500,times=4"], leap=leap) as (opened, _target):
        opened.find(Kind.USER, USER_NAME, "ana")

    assert leap.pauses == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("code", [500, 502, 504, 408])
def test_F08_a_write_that_may_have_been_applied_is_never_repeated(code):
    with genesys(faults=[f"status:code={code},method=POST"]) as (opened, target):
        with pytest.raises(errors.OutcomeUnknown) as unknown:
            opened.create(Kind.USER, person("ana@example.org"))

        assert len(target.requests) == 1
        assert unknown.value.status == code


def test_F08_a_write_that_was_not_processed_is_repeated():
    fault = "status:code=503,retry_after=1,method=POST,times=2"
    with genesys(faults=[fault]) as (opened, target):
        opened.create(Kind.USER, person("ana@example.org"))

        assert [user["userName"] for user in target.state()["users"]] == ["ana@example.org"]
        assert len(target.requests) == 3


@pytest.mark.parametrize("asked", ["", ",retry_after=1"])
def test_F07_a_refused_quota_is_waited_for_and_fails_nobody(asked):
    with genesys(faults=[f"status:code=429{asked},times=3"]) as (opened, _target):
        statuses = _statuses(opened, lambda: opened.create(Kind.USER, person("ana@example.org")))

    assert statuses == [429, 429, 429, 201]


def test_F07_patience_for_a_quota_ends():
    script = answering(429, {}, {"Retry-After": "900"})
    with (
        serving(script) as target,
        client(str(target.url)) as opened,
        pytest.raises(errors.TooManyRequests) as refusal,
    ):
        opened.create(Kind.USER, person("ana@example.org"))

    assert refusal.value.retry_after == 900.0
    assert 1 <= len(target.requests) <= 4


def test_test_connection_takes_the_first_answer():
    with (
        serving(answering(503)) as target,
        client(str(target.url), patience=NO_PATIENCE) as opened,
        pytest.raises(errors.TargetBusy),
    ):
        opened.find(Kind.USER, USER_NAME, "ana")

    assert len(target.requests) == 1


def _write(opened: ScimClient, method: str, identity: str) -> None:
    if method == "POST":
        opened.create(Kind.USER, person("bo@example.org"))
    elif method == "PATCH":
        opened.modify(Kind.USER, identity, replacing("title", "Agent"))
    else:
        opened.delete(Kind.USER, identity)


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("lost_reply", "POST"),
        ("lost_reply", "PATCH"),
        ("lost_reply", "DELETE"),
        ("truncate", "POST"),
        ("truncate", "PATCH"),
        ("garbage", "POST"),
        ("garbage", "PATCH"),
    ],
)
def test_F10_F12_F13_a_write_without_a_readable_answer_is_an_unknown_outcome(kind, method):
    with genesys() as (opened, target):
        identity = str(opened.create(Kind.USER, person("ana@example.org"))["id"])
        target.set_faults([f"{kind}:method={method}"])
        before = len(target.requests)

        with pytest.raises(errors.OutcomeUnknown):
            _write(opened, method, identity)

        assert len(target.requests) == before + 1


@pytest.mark.parametrize("kind", ["lost_reply", "truncate"])
def test_F10_F13_a_read_without_a_readable_answer_is_repeated(kind):
    with genesys(faults=[f"{kind}:method=GET,times=1"]) as (opened, target):
        assert opened.find(Kind.USER, USER_NAME, "ana") == []
        assert len(target.requests) == 2


def test_F12_a_read_answered_with_garbage_is_no_scim():
    with (
        genesys(faults=["garbage:method=GET"]) as (opened, _target),
        pytest.raises(errors.NotScim),
    ):
        opened.find(Kind.USER, USER_NAME, "ana")


def test_T13_a_target_that_ignores_the_filter_makes_no_match():
    with genesys() as (opened, target):
        for name in ("victim@example.org", "other@example.org"):
            opened.create(Kind.USER, person(name))
        target.set_faults(["ignore_filter"])

        with pytest.raises(errors.AmbiguousMatch):
            opened.find(Kind.USER, USER_NAME, "nobody@example.org")
        (found,) = opened.find(Kind.USER, USER_NAME, "Victim@Example.org")

    assert found["userName"] == "victim@example.org"


def test_T13_one_match_on_the_first_of_many_unfiltered_pages_is_not_enough():
    with genesys() as (opened, target):
        for number in range(30):
            opened.create(Kind.USER, person(f"p{number:02}@example.org"))
        target.set_faults(["ignore_filter"])

        with pytest.raises(errors.AmbiguousMatch):
            opened.find(Kind.USER, USER_NAME, "p00@example.org")


def test_F21_refused_credentials_are_tried_once():
    with genesys() as (opened, target), client(target.tenant_url, "wrong-token") as stranger:
        with pytest.raises(errors.CredentialsRejected) as refusal:
            stranger.find(Kind.USER, USER_NAME, "ana")

        assert refusal.value.status == 401
        assert len(target.requests) == 1
        assert opened.find(Kind.USER, USER_NAME, "ana") == []


def test_F09_a_target_that_is_gone_is_not_tried_again():
    with genesys() as (opened, target):
        target.close()
        with pytest.raises(errors.ConnectionFailed):
            opened.create(Kind.USER, person("ana@example.org"))

    assert opened.requests.total() == 0, "nothing was sent"


class Stopped(Exception):
    """The engine says stop."""


def test_who_may_stop_the_client_is_asked_before_every_single_request():
    asked: list[Verb] = []

    def before_each(verb: Verb) -> None:
        asked.append(verb)
        if len(asked) == 3:
            raise Stopped

    with (
        serving(answering(429)) as target,
        client(str(target.url), before_each=before_each) as opened,
        pytest.raises(Stopped),
    ):
        opened.create(Kind.USER, person("ana@example.org"))

    assert asked == [Verb.CREATE] * 3
    assert len(target.requests) == 2


def test_T34_a_token_that_the_target_echoes_is_masked_in_what_is_kept():
    body = {"detail": f"the token {TOKEN} may not do that", "scimType": "invalidValue"}
    with (
        serving(answering(400, body)) as target,
        client(str(target.url)) as opened,
        opened.recording() as exchanges,
        pytest.raises(errors.InvalidValue) as refusal,
    ):
        opened.create(Kind.USER, person("ana@example.org"))

    assert refusal.value.target_message == "the token ******** may not do that"
    assert TOKEN not in str(exchanges[0].as_dict())
    assert f"Bearer {TOKEN}".encode() in target.requests[0]


def test_a_lost_reply_leaves_its_trace_for_the_log():
    with (
        genesys(faults=["lost_reply"]) as (opened, _target),
        opened.recording() as exchanges,
        pytest.raises(errors.OutcomeUnknown),
    ):
        opened.create(Kind.USER, person("ana@example.org"))

    logged = exchanges[0].as_dict()
    assert logged["status"] is None
    assert "connection broke" in str(logged["failure"])


def test_I24_who_records_outside_sees_what_is_recorded_inside():
    """Recovery reads back inside a read that counts the faults: all of them count."""
    faults = ["status:code=503,times=2"]
    with genesys(faults=faults) as (opened, _target), opened.recording() as outer:
        inner = _statuses(opened, lambda: opened.find(Kind.USER, USER_NAME, "ana"))

    assert inner == [503, 503, 200]
    assert [exchange.as_dict()["status"] for exchange in outer] == inner


def test_a_read_that_answers_with_another_account_is_not_believed():
    with (
        serving(answering(200, {"id": "2"})) as target,
        client(str(target.url)) as opened,
        pytest.raises(errors.NotScim, match="another account"),
    ):
        opened.read(Kind.USER, "1")


def test_a_version_that_only_the_header_names_is_kept():
    script = answering(200, {"id": "1", "meta": {"resourceType": "User"}}, {"ETag": 'W/"a1"'})
    with serving(script) as target, client(str(target.url)) as opened:
        seen = opened.read(Kind.USER, "1")
        opened.modify(Kind.USER, "1", replacing("title", "x"), version_of(seen))
        opened.modify(Kind.USER, "1", replacing("title", "x"), "7")
        opened.modify(Kind.USER, "1", replacing("title", "x"), 'x"\r\nX-Evil: 1')

    assert b'If-Match: W/"a1"\r\n' in target.requests[1]
    assert b'If-Match: "7"\r\n' in target.requests[2]
    assert b"If-Match" not in target.requests[3]
    assert b"Evil" not in target.requests[3]


def test_spaces_of_a_filter_travel_as_percent_twenty():
    with serving(answering(200, {"totalResults": 0})) as target, client(str(target.url)) as opened:
        opened.find(Kind.USER, USER_NAME, 'a "b"+c')

    line = target.requests[0].split(b"\r\n")[0]
    assert line == b"GET /scim/Users?filter=userName%20eq%20%22a%20%5C%22b%5C%22%2Bc%22 HTTP/1.1"


def test_many_threads_share_one_client():
    failures: list[Exception] = []
    with genesys() as (opened, target):

        def work(letter: str) -> None:
            try:
                with opened.recording() as exchanges:
                    for number in range(10):
                        opened.create(Kind.USER, person(f"{letter}{number}@example.org"))
                assert len(exchanges) == 10
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(letter,)) for letter in "abcdefgh"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert opened.requests["POST"] == 80
        assert len(target.state()["users"]) == 80


def test_a_lone_surrogate_in_a_value_stops_nobody():
    with (
        serving(lambda c, _r, _s: c.sendall(response(201, {"id": "1"}))) as target,
        client(str(target.url)) as opened,
    ):
        opened.create(Kind.USER, person("ana@example.org", title="\ud800"))

    assert b'"title":"?"' in target.requests[0]
