"""A TCP proxy between engine and target that loses, resets, cuts and delays what passes.

Reading requests pass. Of the writing ones every few meet the fault, by count, and each only once:
who is that unlucky twice is a failure until the next cycle, which is another story.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

WRITING = (b"POST", b"PATCH", b"PUT", b"DELETE")
LATE = 1.0
"""Seconds by which a request that is applied late comes late."""


class Proxy:
    """In front of one address."""

    def __init__(self, url: str, fault: str, every: int) -> None:
        self._to = urlsplit(url)
        self._every = every
        self._fault: Callable[[socket.socket, bytes], None] = getattr(self, f"_{fault}")
        self._lock = threading.Lock()
        self._seen = 0
        self._unlucky: set[bytes] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The same address, by way of this proxy."""
        port = self._listener.getsockname()[1]
        return urlunsplit(self._to._replace(netloc=f"127.0.0.1:{port}"))

    @property
    def met(self) -> int:
        """How many requests met the fault."""
        return len(self._unlucky)

    def close(self) -> None:
        """Nobody is let through any more."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One connection, request by request."""
        with client, suppress(OSError):
            while request := _read(client):
                if self._is_due(request):
                    self._fault(client, request)
                    return
                client.sendall(self._ask(request))

    def _is_due(self, request: bytes) -> bool:
        body = request.partition(b"\r\n\r\n")[2]
        with self._lock:
            if not request.startswith(WRITING) or body in self._unlucky:
                return False
            self._seen += 1
            if self._seen % self._every:
                return False
            self._unlucky.add(body)
            return True

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection((self._to.hostname or "", self._to.port or 80)) as target:
            target.sendall(request)
            return _read(target)

    def _lost_reply(self, client: socket.socket, request: bytes) -> None:
        """Applied; the connection is reset instead of an answer (F10)."""
        self._ask(request)
        _reset(client)

    def _reset_before(self, client: socket.socket, _request: bytes) -> None:
        """Read by nobody; the connection is reset (F09, K05)."""
        _reset(client)

    def _truncated(self, client: socket.socket, request: bytes) -> None:
        """Applied; the answer ends in the middle of its body (F13)."""
        reply = self._ask(request)
        client.sendall(reply[: -max(1, len(reply.partition(b"\r\n\r\n")[2]) // 2)])

    def _applied_late(self, client: socket.socket, request: bytes) -> None:
        """The connection is reset at once, and the target hears of the request later (F11)."""
        _reset(client)
        threading.Timer(LATE, self._ask, [request]).start()


@contextmanager
def between(url: str, fault: str, every: int = 7) -> Iterator[Proxy]:
    """A proxy in front of this address, for as long as the block lasts."""
    proxy = Proxy(url, fault, every)
    try:
        yield proxy
    finally:
        proxy.close()


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _read(source: socket.socket) -> bytes:
    """One whole message by its Content-Length; nothing when the other side has ended."""
    found = b""
    while b"\r\n\r\n" not in found:
        if not (more := source.recv(65536)):
            return b""
        found += more
    head = found.partition(b"\r\n\r\n")[0].lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
    wanted = len(head) + 4 + int(length or 0)
    while len(found) < wanted and (more := source.recv(65536)):
        found += more
    return found
