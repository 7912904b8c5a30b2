"""TLS is verified without exception, and each failure has its own sentence (T05)."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

import provisioning.scim
from provisioning.core.errors import ConfigurationError, ConnectionFailed
from provisioning.scim.session import Call
from provisioning.scim.tls import tls_failure
from provisioning.tests.scim.certificates import authority_pem, server_context
from provisioning.tests.scim.servers import Opponent, answering, door, serving


def _ask(target: Opponent, **options) -> int:
    options.setdefault("resolver", lambda _host, _port: ["127.0.0.1"])
    with door(**options) as opened:
        call = Call("POST", f"https://localhost:{target.port}/scim/Users", body=b"{}")
        return opened.send(call).status


def test_T05_an_additional_authority_is_trusted(tmp_path):
    with serving(answering(200, {}), server_context(tmp_path)) as target:
        assert _ask(target, extra_ca=authority_pem()) == 200


def test_T05_an_authority_nobody_named_is_not_trusted(tmp_path):
    with (
        serving(answering(), server_context(tmp_path)) as target,
        pytest.raises(ConnectionFailed, match="authority not known here"),
    ):
        _ask(target)

    assert target.requests == []


def test_T05_a_self_signed_certificate_is_refused(tmp_path):
    context = server_context(tmp_path, by_itself=True)
    with (
        serving(answering(), context) as target,
        pytest.raises(ConnectionFailed, match="signed by itself"),
    ):
        _ask(target)


def test_T05_a_certificate_for_another_host_is_refused(tmp_path):
    context = server_context(tmp_path, "other.example")
    with (
        serving(answering(), context) as target,
        pytest.raises(ConnectionFailed, match="another host name"),
    ):
        _ask(target, extra_ca=authority_pem())


def test_T05_an_expired_certificate_is_refused(tmp_path):
    context = server_context(tmp_path, end=datetime(2021, 1, 1, tzinfo=UTC))
    with (
        serving(answering(), context) as target,
        pytest.raises(ConnectionFailed, match="has expired"),
    ):
        _ask(target, extra_ca=authority_pem())


def test_T05_tls_below_1_2_is_refused(tmp_path):
    context = server_context(tmp_path)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1

    with (
        serving(answering(), context) as target,
        pytest.raises(ConnectionFailed, match="outdated TLS"),
    ):
        _ask(target, extra_ca=authority_pem())


def test_T05_a_port_that_does_not_speak_tls_says_so():
    def greet(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.recv(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet, args=(listener,))
        thread.start()
        with pytest.raises(ConnectionFailed, match="not with TLS"):
            _ask(Opponent(listener.getsockname()[1]))
        thread.join()


def test_T05_an_authority_that_is_no_certificate_is_refused():
    with pytest.raises(ConfigurationError, match="PEM"), door(extra_ca="hello"):
        pass


def test_T05_no_line_of_ours_turns_verification_off():
    folder = Path(provisioning.scim.__file__).parent
    switches = re.compile(
        r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverif"
    )

    assert [path.name for path in folder.glob("*.py") if switches.search(path.read_text())] == []


@pytest.mark.parametrize("failure", [ssl.SSLError("odd"), ssl.SSLCertVerificationError("odd")])
def test_T05_a_failure_nobody_foresaw_is_a_refusal_with_advice(failure):
    refusal = tls_failure("target.example", failure)

    assert "target.example" in refusal.message
    assert refusal.advice
