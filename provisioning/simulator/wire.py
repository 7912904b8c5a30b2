"""HTTP/1.1 on threads: one thread a connection, kept alive, one write an answer.

Not `http.server`: its header parsing took three quarters of the time of a request (measured, see
docs/adr/0008-simulator.md), and the simulator is the floor of the benchmarks.
"""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedIOBase

LONGEST_LINE = 65_536
MOST_HEADERS = 200
LARGEST_BODY = 64 * 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_SLICES = 20
LONGEST_DRIP = 10.0


@dataclass(slots=True)
class Request:
    """One request as it was sent; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: str

    @property
    def path(self) -> str:
        """Return the path without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """Return what follows the question mark."""
        return self.target.partition("?")[2]


@dataclass(slots=True)
class Answer:
    """What is sent back, and how: `delivery` is whole, silent, cut, half or dripping."""

    status: int
    body: bytes = b""
    content_type: str = "application/scim+json"
    headers: list[tuple[str, str]] = field(default_factory=list)
    delivery: str = "whole"
    seconds: float | None = None

    def head(self, keep_alive: bool) -> bytes:
        """Return the status line and the headers."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Unknown')}"]
        if self.body or self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        if self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if not keep_alive:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


Application = Callable[[Request], Answer]


class BadRequest(Exception):
    """What arrived is not HTTP, or too long."""


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback and hands every request to one application."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        """Bind the address; `OSError` says why not."""
        self.application = application
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, Connection)

    def note(self, connection: socket.socket, is_open: bool) -> None:
        """Remember or forget an open connection."""
        with self._guard:
            (self._open.add if is_open else self._open.discard)(connection)

    def stop(self) -> None:
        """End the loop and every connection."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about a client that left; anything else is a defect and is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typeshed: socket | tuple


class Connection(socketserver.StreamRequestHandler):
    """One connection with its requests, one after the other."""

    disable_nagle_algorithm = True
    rbufsize = 65_536
    server: Server

    def handle(self) -> None:
        """Answer requests until the client or the server ends the connection."""
        connection: socket.socket = self.request
        self.server.note(connection, True)
        try:
            while not self.server.stopping.is_set() and self._one(connection):
                pass
        except OSError:
            return
        finally:
            self.server.note(connection, False)

    def _one(self, connection: socket.socket) -> bool:
        """Answer one request; tell whether another may follow."""
        try:
            read = _read_request(self.rfile, connection, str(self.client_address[0]))
        except BadRequest as problem:
            answer = Answer(400, str(problem).encode(), "text/plain; charset=utf-8")
            connection.sendall(answer.head(keep_alive=False) + answer.body)
            return False
        if read is None:
            return False
        request, keep_alive = read
        answer = self.server.application(request)
        return self._deliver(connection, answer, keep_alive, head_only=request.method == "HEAD")

    def _deliver(
        self, connection: socket.socket, answer: Answer, keep_alive: bool, *, head_only: bool
    ) -> bool:
        content = b"" if head_only else answer.body
        whole = answer.head(keep_alive) + content
        match answer.delivery:
            case "silent":
                _hold(connection, self.server.stopping, answer.seconds)
            case "cut":
                _reset(connection)
            case "half":
                connection.sendall(whole[: len(whole) - max(1, len(content) // 2)])
            case "dripping":
                return self._drip(connection, whole, answer.seconds) and keep_alive
            case _:
                connection.sendall(whole)
                return keep_alive
        return False

    def _drip(self, connection: socket.socket, whole: bytes, seconds: float | None) -> bool:
        """Send the answer in slices, spread over the given time."""
        pause = (LONGEST_DRIP if seconds is None else seconds) / _SLICES
        size = max(1, -(-len(whole) // _SLICES))
        for start in range(0, len(whole), size):
            if self.server.stopping.wait(pause):
                return False
            connection.sendall(whole[start : start + size])
        return True


def _reset(connection: socket.socket) -> None:
    """End the connection at once, as a crashed server does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _hold(connection: socket.socket, stopping: threading.Event, seconds: float | None) -> None:
    """Answer nothing until the client leaves, the time is over or the server stops."""
    end = None if seconds is None else time.monotonic() + seconds
    while not stopping.is_set() and (end is None or time.monotonic() < end):
        readable, _, _ = select.select([connection], [], [], 0.1)
        if readable and not connection.recv(1, socket.MSG_PEEK):
            return
        if readable and stopping.wait(0.1):  # more was sent; it stays unread
            return


def _read_request(
    stream: BufferedIOBase, connection: socket.socket, peer: str
) -> tuple[Request, bool] | None:
    line = _line(stream)
    while line in (b"\r\n", b"\n"):  # RFC 9112 2.2: an empty line before a request is skipped
        line = _line(stream)
    if not line:
        return None
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest("The request line is not HTTP/1.1.")
    headers = _read_headers(stream)
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = _read_body(stream, headers)
    wish = headers.get("connection", "").lower()
    keep_alive = "close" not in wish and (parts[2] != "HTTP/1.0" or "keep-alive" in wish)
    return Request(parts[0], parts[1], headers, body, peer), keep_alive


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise BadRequest("A line of the request is too long.")
    return line


def _read_headers(stream: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MOST_HEADERS):
        line = _line(stream)
        if line in (b"\r\n", b"\n"):
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequest("A header of the request has no colon, or the request ends early.")
        headers[name.lower()] = value.strip()
    raise BadRequest("The request has too many headers.")


def _read_body(stream: BufferedIOBase, headers: dict[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        return _read_chunks(stream)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise BadRequest("The Content-Length is not a number, or too large.")
    body = stream.read(int(length)) if length != "0" else b""
    if len(body) < int(length):
        raise BadRequest("The body ends early.")
    return body


def _read_chunks(stream: BufferedIOBase) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while True:
        try:
            size = int(_line(stream).partition(b";")[0], 16)
        except ValueError:
            raise BadRequest("A chunk has no size.") from None
        total += size
        if size < 0 or total > LARGEST_BODY:
            raise BadRequest("The body is too large.")
        if size == 0:
            while _line(stream) not in (b"\r\n", b"\n", b""):
                pass
            return b"".join(chunks)
        chunks.append(stream.read(size))
        _line(stream)
