"""HTTP/1.1 itself: kept-alive connections, odd requests, many clients at once, a quick end."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from provisioning.simulator import start
from provisioning.tests.simulator.caller import Caller, calling, op, person


@pytest.fixture
def target() -> Iterator[Caller]:
    with calling(groups=["Sales"]) as running:
        yield running


def exchange(target: Caller, sent: bytes) -> bytes:
    """Send bytes, close our half, return everything that comes back."""
    with socket.create_connection(("127.0.0.1", target.running.port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def test_requests_follow_one_another_on_one_connection(target):
    one = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"

    received = exchange(target, one * 3)

    assert received.count(b"HTTP/1.1 404 Not Found") == 3


def test_a_connection_is_closed_when_the_client_wants_it(target):
    one = b"GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n"

    received = exchange(target, one * 2)

    assert received.count(b"HTTP/1.1 404 Not Found") == 1
    assert b"Connection: close" in received


def test_a_chunked_body_is_read(target):
    body = json.dumps(person()).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:]))
    head = (
        b"POST /api/v2/scim/v2/Users HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\nExpect: 100-continue\r\n"
        b"Authorization: Bearer " + target.running.token.encode() + b"\r\n\r\n"
    )

    received = exchange(target, head + chunks + b"0\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created")


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"GET / SPDY/3\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 300 + b"\r\n",
    ],
)
def test_what_is_not_http_is_400_and_the_connection_ends(target, sent):
    received = exchange(target, sent)

    assert received.startswith(b"HTTP/1.1 400 Bad Request")
    assert received.count(b"HTTP/1.1 ") == 1


def test_markup_in_a_request_is_text_on_the_page(target):
    exchange(target, b"GET /api/v2/scim/v2/<script> HTTP/1.1\r\n\r\n")

    page = target.send("GET", f"{target.running.root}/").text

    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_creates_of_many_threads_are_each_applied_once(target):
    statuses: list[int] = []

    def create(worker: int) -> None:
        for number in range(20):
            # Every name is wanted by two workers: one of them gets it.
            answer = target.post("/Users", person(f"p{worker // 2}-{number}@example.org"))
            statuses.append(answer.status_code)

    workers = [threading.Thread(target=create, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    requests_seen = target.running.requests
    assert (statuses.count(201), statuses.count(409)) == (80, 80)
    assert len(target.running.state()["users"]) == 80
    assert [record["n"] for record in requests_seen] == list(range(1, 161))
    assert sum(len(record["changes"]) for record in requests_seen) == 80


def test_members_added_by_many_threads_are_all_there(target):
    ids = [target.user(f"p{number}@example.org")["id"] for number in range(40)]
    address = f"/Groups/{target.group('Sales')['id']}"

    def join(worker: int) -> None:
        for identifier in ids[worker::4]:
            target.patch(address, op("add", "members", [{"value": identifier}]))

    workers = [threading.Thread(target=join, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    group = target.get(address).json()
    assert {member["value"] for member in group["members"]} == set(ids)
    assert group["meta"]["version"] == "41"


def has_ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:  # it was still waiting to be accepted
        return True


def test_closing_ends_held_and_idle_connections_at_once():
    running = start(faults=["timeout"])
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as held:
        held.sendall(b"GET /api/v2/scim/v2/Users HTTP/1.1\r\n\r\n")
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as idle:
            begun = time.monotonic()

            running.close()

            assert has_ended(idle)
        assert has_ended(held)
    assert time.monotonic() - begun < 5
    running.close()
