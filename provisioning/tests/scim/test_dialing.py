"""From a name to a connection: every way it fails has its own sentence (T02, F09)."""

from __future__ import annotations

import errno
import socket
import threading

import pytest

from provisioning.core.errors import ConnectionFailed
from provisioning.scim.dialing import Dialer, system_resolver
from provisioning.tests.scim.servers import LOOPBACK, answering, serving


def _dial(resolver, port: int = 443, seconds: float = 2.0) -> socket.socket:
    return Dialer(LOOPBACK, resolver, seconds).dial("target.example", port, loopback_only=False)


def test_the_system_knows_this_machine():
    assert set(system_resolver("localhost", 443)) & {"127.0.0.1", "::1"}


def test_a_name_service_that_does_not_answer_in_time_says_so():
    never = threading.Event()

    def silent(_host: str, _port: int) -> list[str]:
        never.wait(5)
        return []

    with pytest.raises(ConnectionFailed, match="not resolved in time"):
        _dial(silent, seconds=0.05)
    never.set()


@pytest.mark.parametrize("answer", [[], ["nonsense"], [""]])
def test_an_answer_without_an_address_is_an_unknown_name(answer):
    with pytest.raises(ConnectionFailed, match="not known"):
        _dial(lambda _host, _port: answer)


def test_the_next_address_is_tried_when_one_refuses():
    with (
        serving(answering()) as target,
        _dial(lambda _host, _port: ["127.0.0.2", "127.0.0.1"], target.port) as connected,
    ):
        assert connected.getpeername() == ("127.0.0.1", target.port)


def test_no_address_left_names_the_last_reason():
    with serving(answering()) as target:
        closed = target.port
    with pytest.raises(ConnectionFailed, match=f"refuses connections on port {closed}"):
        _dial(lambda _host, _port: ["127.0.0.2", "127.0.0.1"], closed)


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (TimeoutError(), "did not accept a connection on port 443 in 2 s"),
        (OSError(errno.ENETUNREACH, "x"), "cannot be reached on port 443: Network is unreachable"),
        (OSError("odd"), "cannot be reached on port 443: no route"),
    ],
)
def test_each_failure_of_a_connection_has_its_sentence(monkeypatch, failure, sentence):
    def fail(*_arguments: object, **_options: object) -> socket.socket:
        raise failure

    monkeypatch.setattr(socket, "create_connection", fail)

    with pytest.raises(ConnectionFailed, match=sentence) as error:
        _dial(lambda _host, _port: ["127.0.0.1"])
    assert error.value.advice


def test_T02_a_peer_that_is_not_the_dialled_address_is_hung_up_on(monkeypatch):
    class Elsewhere(socket.socket):
        def getpeername(self) -> tuple[str, int]:
            return ("169.254.169.254", 80)

    made: list[Elsewhere] = []

    def connect(*_arguments: object, **_options: object) -> socket.socket:
        made.append(Elsewhere())
        return made[0]

    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(ConnectionFailed, match="may not be reached"):
        _dial(lambda _host, _port: ["127.0.0.1"])
    assert made[0].fileno() == -1
