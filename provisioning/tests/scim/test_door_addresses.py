"""The door connects to checked addresses only, and to nothing the environment names (T01-T04)."""

from __future__ import annotations

import pytest

from provisioning.core.errors import ConnectionFailed, NotScim
from provisioning.scim.address import AllowedNetworks
from provisioning.scim.responses import judge
from provisioning.scim.session import Call
from provisioning.scim.verbs import Verb
from provisioning.tests.scim.servers import answering, door, serving


def test_T02_a_name_that_changes_its_mind_is_refused_without_a_connection():
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])

    with (
        serving(answering(200, {}, {"Connection": "close"})) as target,
        door(resolver=lambda _host, _port: next(answers)) as opened,
    ):
        url = f"http://target.example:{target.port}/scim/Users"
        assert opened.send(Call("GET", url)).status == 200
        with pytest.raises(ConnectionFailed, match=r"169\.254\.169\.254"):
            opened.send(Call("GET", url))

    assert target.connections == 1


@pytest.mark.parametrize(
    "bad", ["10.0.0.1", "169.254.169.254", "::ffff:169.254.169.254", "fe80::1"]
)
def test_T02_one_bad_address_among_many_refuses_them_all(bad):
    with (
        serving(answering()) as target,
        door(resolver=lambda _host, _port: ["127.0.0.1", bad]) as opened,
        pytest.raises(ConnectionFailed, match="may not be reached"),
    ):
        opened.send(Call("GET", f"http://target.example:{target.port}/"))

    assert target.connections == 0


def test_T01_loopback_is_closed_unless_the_settings_open_it():
    with (
        serving(answering()) as target,
        door(allowed=AllowedNetworks()) as opened,
        pytest.raises(ConnectionFailed),
    ):
        opened.send(Call("GET", f"http://127.0.0.1:{target.port}/"))

    assert target.connections == 0


def test_T01_plain_http_never_leaves_the_machine():
    with (
        door(resolver=lambda _host, _port: ["93.184.216.34"]) as opened,
        pytest.raises(ConnectionFailed, match=r"93\.184\.216\.34"),
    ):
        opened.send(Call("GET", "http://target.example/"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_T03_a_redirect_is_not_followed_and_names_the_host_only(status):
    with serving(answering()) as elsewhere:
        location = f"http://127.0.0.1:{elsewhere.port}/stolen?token=abcdefgh"
        with (
            serving(answering(status, b"moved", {"Location": location})) as target,
            door() as opened,
        ):
            reply = opened.send(Call("GET", f"{target.url}/Users"))

    with pytest.raises(NotScim) as refusal:
        judge(Verb.LIST, reply)
    assert "127.0.0.1" in refusal.value.message
    assert "stolen" not in refusal.value.message
    assert elsewhere.connections == 0


def test_T03_a_hostile_redirect_target_does_not_break_the_sentence():
    with (
        serving(answering(302, b"", {"Location": "http://[evil\x1b[31m/"})) as target,
        door() as opened,
    ):
        reply = opened.send(Call("GET", f"{target.url}/Users"))

    with pytest.raises(NotScim, match="never followed"):
        judge(Verb.LIST, reply)


def test_T04_the_environment_diverts_nothing(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login thief password thief\n")
    netrc.chmod(0o600)
    with serving(answering()) as proxy, serving(answering(200, {})) as target, door() as opened:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NETRC", str(netrc))
        opened.send(Call("GET", f"{target.url}/Users"))

    assert proxy.connections == 0
    assert b"Authorization" not in target.requests[0]


def test_cookies_of_a_target_are_not_kept():
    with (
        serving(answering(200, {}, {"Set-Cookie": "session=1; Path=/"})) as target,
        door() as opened,
    ):
        opened.send(Call("GET", f"{target.url}/Users"))
        opened.send(Call("GET", f"{target.url}/Users"))

    assert b"ookie" not in target.requests[1]


def _unknown(_host: str, _port: int) -> list[str]:
    raise OSError


def test_F09_an_unknown_name_says_so():
    with door(resolver=_unknown) as opened, pytest.raises(ConnectionFailed, match="not known"):
        opened.send(Call("POST", "https://nowhere.example/Users", body=b"{}"))


def test_F09_a_closed_port_says_so():
    with serving(answering()) as target:
        closed = target.port

    with door() as opened, pytest.raises(ConnectionFailed, match=f"refuses .* port {closed}"):
        opened.send(Call("POST", f"http://127.0.0.1:{closed}/Users", body=b"{}"))
