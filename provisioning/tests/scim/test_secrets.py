"""A token leaves only in its header: never in a message, a repr, a trace or a log (T31-T34)."""

from __future__ import annotations

import json
import pickle
import traceback

import pytest

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.resource import Value
from provisioning.scim.auth import authorization
from provisioning.scim.exchange import Exchange, as_curl, redacted
from provisioning.scim.secret import Secret, check_token
from provisioning.scim.session import Call, Reply
from provisioning.tests.scim.servers import door, serving

CANARY = 'canary-"token"-0123456789'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "tiny",
        "with space inside",
        "with\nnewline-inside",
        "with\x00null-inside",
        "with\x1bescape-inside",
        "with-\xe9-accent",
        "x" * 16_385,
    ],
)
def test_T32_a_token_nobody_could_have_issued_is_refused_without_being_repeated(text):
    with pytest.raises(ConfigurationError) as refusal:
        check_token(text)

    assert refusal.value.advice
    assert not text.strip() or text.strip() not in refusal.value.message


@pytest.mark.parametrize("text", ["abcdefgh", "  abcdefgh\r\n", "abcdefgh\n"])
def test_T32_a_token_is_trimmed(text):
    assert check_token(text).reveal() == "abcdefgh"


def test_T33_a_secret_shows_itself_to_nobody():
    secret = Secret(CANARY)
    header = {"Authorization": authorization(secret)}

    shown = f"{secret} {secret!r} {secret:>5} {[secret]} {header} {header!r}"

    assert "canary" not in shown


def test_T31_a_secret_is_not_serialised():
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps({"token": Secret(CANARY)})


def _hang_up(connection, _request, _closing):
    connection.close()


@pytest.mark.parametrize("reached", [True, False])
def test_T33_no_frame_of_a_failure_shows_the_token(reached):
    with serving(_hang_up) as target, door() as opened:
        if not reached:
            target.host = "127.0.0.2"  # refused while urllib3 holds the header bytes
        headers = {"Authorization": authorization(Secret(CANARY))}
        with pytest.raises(ProvisioningError) as failure:
            opened.send(Call("POST", f"{target.url}/Users", headers, b"{}"))

    shown = traceback.TracebackException.from_exception(failure.value, capture_locals=True)
    ours = [frame for frame in shown.stack if "/tests/" not in frame.filename]
    assert ours
    assert "canary" not in str([frame.locals for frame in ours])
    assert failure.value.__context__ is None


def _exchange(body: object, reply: object, headers: dict[str, str] | None = None) -> Exchange:
    call = Call(
        "PATCH",
        "https://api.example.org/scim/Users/1",
        {"Authorization": f"Bearer {CANARY}", "If-Match": '"7"', **(headers or {})},
        json.dumps(body).encode(),
    )
    text = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
    answer = Reply(400, {"etag": '"8"', "set-cookie": CANARY, "server": CANARY}, text, 12)
    return Exchange(call, answer, secrets=(Secret(CANARY),))


def test_T34_the_log_keeps_no_secret_in_any_header_or_attribute():
    body = {
        "userName": "ana",
        "password": "hunter2-canary",
        "urn:x:User": {"clientSecret": "canary"},
        "Operations": [
            {"op": "add", "path": "password", "value": "canary"},
            {"op": "add", "value": {"apiKey": "canary", "title": "Agent"}},
        ],
    }
    headers = dict.fromkeys(("X-Api-Key", "Cookie", "Proxy-Authorization", "Accept"), CANARY)

    logged = json.dumps(_exchange(body, {"detail": f"bad token {CANARY}"}, headers).as_dict())

    assert "canary" not in logged
    assert "ana" in logged
    assert "Agent" in logged
    assert '\\"7\\"' in logged


def test_T34_a_secret_echoed_in_plain_text_is_masked():
    logged = _exchange({}, f"<html>{CANARY}</html>".encode()).as_dict()

    assert logged["responseBody"] == "<html>********</html>"


def test_the_log_keeps_eight_kibibytes_of_a_body():
    logged = _exchange({}, {"detail": "x" * 20_000}).as_dict()

    assert len(str(logged["responseBody"])) == 8_193
    assert logged["milliseconds"] == 12
    json.dumps(logged)


def test_a_logged_request_can_be_repeated_with_curl():
    logged = _exchange({"title": "Zoë's"}, {}).as_dict()

    command = as_curl(logged)

    assert command.startswith("curl -X PATCH https://api.example.org/scim/Users/1 ")
    assert "Zoë" in command
    assert command.endswith('-H "Authorization: Bearer $TOKEN"')
    assert "canary" not in command


def test_what_is_no_password_is_left_as_it_is():
    value: Value = {"title": "Agent", "members": [{"value": "1"}], "path": 7}

    assert redacted(value) == value
