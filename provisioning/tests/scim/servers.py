"""Opponents for the door: small servers on a port of their own that misbehave on purpose."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from provisioning.scim.address import AllowedNetworks
from provisioning.scim.session import Door, Limits
from provisioning.scim.tenant_url import TenantUrl

LOOPBACK = AllowedNetworks.parse("127.0.0.0/8, ::1/128")
QUICK = Limits(connect=2.0, read=5.0, total=10.0)

Script = Callable[[socket.socket, bytes, threading.Event], None]


@dataclass
class Opponent:
    """A listening server, what it was sent, and how many connections it saw."""

    port: int
    host: str = "127.0.0.1"
    scheme: str = "http"
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> TenantUrl:
        return TenantUrl(self.scheme, self.host, self.port, "/scim")


@contextmanager
def serving(script: Script, context: ssl.SSLContext | None = None) -> Iterator[Opponent]:
    """Run a script for every request; `closing` is set when the test is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    opponent = Opponent(listener.getsockname()[1], scheme="https" if context else "http")
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            opponent.connections += 1
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    def serve(raw: socket.socket) -> None:
        with raw, suppress(OSError):
            raw.settimeout(20)
            connection = context.wrap_socket(raw, server_side=True) if context else raw
            with connection:
                while request := read_request(connection):
                    opponent.requests.append(request)
                    script(connection, request, opponent.closing)

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield opponent
    finally:
        opponent.closing.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def read_request(connection: socket.socket) -> bytes:
    """One request with its body; empty when the client is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65_536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"ontent-Length:" in line), 0
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(
    status: int = 200,
    body: bytes | Mapping[str, object] | list[object] = b"",
    headers: dict[str, str] | None = None,
) -> Script:
    """A script that always gives one answer."""

    def script(connection: socket.socket, _request: bytes, _closing: threading.Event) -> None:
        connection.sendall(response(status, body, headers))

    return script


def response(
    status: int,
    body: bytes | Mapping[str, object] | list[object] = b"",
    headers: dict[str, str] | None = None,
) -> bytes:
    """The bytes of an answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": "application/scim+json", "Content-Length": str(len(data))}
    lines.update(headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + data


@contextmanager
def door(limits: Limits = QUICK, **options) -> Iterator[Door]:
    """A door that may reach this machine."""
    with Door(options.pop("allowed", LOOPBACK), limits=limits, **options) as opened:
        yield opened
