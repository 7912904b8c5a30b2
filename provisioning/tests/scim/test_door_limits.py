"""No answer outlasts its deadline or its size, and what became of a write is never guessed."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.errors import (
    ConnectionFailed,
    NotScim,
    OutcomeUnknown,
    TargetBusy,
    TimedOutBeforeSending,
)
from provisioning.scim.decoding import UnreadableBody, read_body
from provisioning.scim.session import Call, Limits
from provisioning.tests.scim.servers import Opponent, answering, door, response, serving

SMALL = Limits(connect=2.0, read=5.0, total=10.0, body=100_000)
SHORT = Limits(connect=2.0, read=5.0, total=0.4)


def _read(target: Opponent) -> Call:
    return Call("GET", f"{target.url}/Users")


def _write(target: Opponent) -> Call:
    return Call("POST", f"{target.url}/Users", body=b"{}")


def _dripping(head: bytes):
    def script(connection: socket.socket, _request: bytes, closing: threading.Event) -> None:
        connection.sendall(head)
        while not closing.wait(0.05):
            connection.sendall(b"x")

    return script


BODY_DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
HEADER_DRIP = b"HTTP/1.1 200 OK\r\nX-Slow: "


@pytest.mark.parametrize("head", [BODY_DRIP, HEADER_DRIP], ids=["body", "header"])
def test_T10_a_dripping_answer_to_a_read_ends_at_the_deadline(head):
    with (
        serving(_dripping(head)) as target,
        door(SHORT) as opened,
        pytest.raises(TargetBusy, match="in time"),
    ):
        opened.send(_read(target))


@pytest.mark.parametrize("head", [BODY_DRIP, HEADER_DRIP], ids=["body", "header"])
def test_T10_a_dripping_answer_to_a_write_is_an_unknown_outcome(head):
    with (
        serving(_dripping(head)) as target,
        door(SHORT) as opened,
        pytest.raises(OutcomeUnknown, match="in time"),
    ):
        opened.send(_write(target))


def test_T10_the_deadline_counts_from_the_flag_even_when_an_answer_seems_complete():
    def script(connection: socket.socket, _request: bytes, closing: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        closing.wait(10)

    with serving(script) as target, door(SHORT) as opened, pytest.raises(OutcomeUnknown):
        opened.send(_write(target))


def test_T10_silence_is_late():
    def script(_connection: socket.socket, _request: bytes, closing: threading.Event) -> None:
        closing.wait(10)

    silence = Limits(connect=2.0, read=0.2, total=10.0)
    with (
        serving(script) as target,
        door(silence) as opened,
        pytest.raises(OutcomeUnknown, match=r"0\.2 s of silence"),
    ):
        opened.send(_write(target))


def test_T10_a_handshake_that_never_ends_means_that_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener, door(SHORT) as opened:
        port = listener.getsockname()[1]
        with pytest.raises(TimedOutBeforeSending):
            opened.send(Call("POST", f"https://127.0.0.1:{port}/Users", body=b"{}"))


def test_T10_the_door_works_on_after_a_deadline():
    hung: list[bytes] = []

    def script(connection: socket.socket, request: bytes, _closing: threading.Event) -> None:
        if not hung:
            hung.append(request)
            assert connection.recv(1) == b"", "the door hangs up"
        connection.sendall(response(200, {}))

    with serving(script) as target, door(SHORT) as opened:
        with pytest.raises(TargetBusy):
            opened.send(_read(target))
        assert opened.send(_read(target)).status == 200


def _endless(head: bytes, piece: bytes):
    def script(connection: socket.socket, _request: bytes, closing: threading.Event) -> None:
        connection.sendall(head)
        while not closing.is_set():
            connection.sendall(piece)

    return script


def test_T08_an_endless_body_is_cut_off():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"1000\r\n" + b"a" * 4096 + b"\r\n"
    with (
        serving(_endless(chunked, piece)) as target,
        door(SMALL) as opened,
        pytest.raises(NotScim, match="larger"),
    ):
        opened.send(_read(target))


@pytest.mark.parametrize("line", [b"X-A: " + b"a" * 200 + b"\r\n", b"a" * 4096])
def test_T08_endless_headers_are_cut_off(line):
    with (
        serving(_endless(b"HTTP/1.1 200 OK\r\n", line)) as target,
        door(SMALL) as opened,
        pytest.raises((NotScim, TargetBusy)),
    ):
        opened.send(_read(target))


def test_T08_endless_interim_answers_are_cut_off():
    interim = b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n"
    with (
        serving(_endless(b"", interim)) as target,
        door(SMALL) as opened,
        pytest.raises(NotScim, match="headers"),
    ):
        opened.send(_read(target))


def test_T08_a_body_beyond_the_limit_of_a_write_is_an_unknown_outcome():
    with (
        serving(answering(201, b"x" * 100_001)) as target,
        door(SMALL) as opened,
        pytest.raises(OutcomeUnknown, match="larger"),
    ):
        opened.send(_write(target))


def test_T09_gzip_is_asked_for_and_decoded():
    body = gzip.compress(b'{"id": "1"}')
    with (
        serving(answering(200, body, {"Content-Encoding": "gzip"})) as target,
        door() as opened,
    ):
        assert opened.send(_read(target)).body == b'{"id": "1"}'

    assert b"Accept-Encoding: gzip\r\n" in target.requests[0]


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip;x"])
def test_T09_an_encoding_nobody_asked_for_is_refused(encoding):
    with (
        serving(answering(200, b"{}", {"Content-Encoding": encoding})) as target,
        door() as opened,
        pytest.raises(NotScim, match="encoding"),
    ):
        opened.send(_read(target))


def test_T09_a_bomb_is_refused_before_it_is_unpacked():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    bomb = b"".join(packer.compress(zeros) for _ in range(256)) + packer.flush()

    with pytest.raises(UnreadableBody):
        read_body([bomb], "gzip", 8 * 1024 * 1024)
    with pytest.raises(UnreadableBody, match="ratio"):
        read_body([bomb[:4096]], "gzip", 8 * 1024 * 1024)


@given(st.binary(max_size=300_000), st.integers(1, 70_000), st.integers(1, 3))
def test_T09_what_was_packed_is_unpacked_whatever_the_chunks(data, size, members):
    packed = gzip.compress(data, compresslevel=0) * members
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]

    assert read_body(chunks, "gzip", 1_000_000) == data * members


def test_T09_a_well_packed_body_of_exactly_one_step_is_complete():
    for length in (65_535, 65_536, 65_537, 131_072):
        data = bytes(length)
        assert read_body([gzip.compress(data)], "gzip", 1_000_000) == data


def test_F12_a_body_that_is_not_the_gzip_it_claims_to_be_is_refused():
    with pytest.raises(UnreadableBody, match="not the gzip"):
        read_body([b"<html>hello</html>"], "gzip", 1000)


@pytest.mark.parametrize("cut", [1, 10, 20])
def test_F13_gzip_that_is_cut_off_is_not_taken_for_complete(cut):
    with pytest.raises(UnreadableBody):
        read_body([gzip.compress(b"hello hello")[:-cut]], "gzip", 1000)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 2", response(200, b"{}")[:-1], b"garbage\r\n\r\n"]
)
def test_F10_F13_a_lost_or_cut_reply_is_unknown_for_a_write_and_repeatable_for_a_read(answer):
    def script(connection: socket.socket, _request: bytes, _closing: threading.Event) -> None:
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    with serving(script) as target, door() as opened:
        with pytest.raises(OutcomeUnknown):
            opened.send(_write(target))
        with pytest.raises(TargetBusy):
            opened.send(_read(target))

    assert len(target.requests) == 2, "nothing is repeated behind our back"


def test_F10_a_connection_that_the_target_closed_meanwhile_is_not_used_again():
    with (
        serving(answering(200, {}, {"Connection": "close"})) as target,
        door() as opened,
    ):
        for _ in range(3):
            assert opened.send(_write(target)).status == 200

    assert len(target.requests) == 3


def test_one_connection_serves_many_requests():
    with serving(answering(200, {})) as target, door() as opened:
        for _ in range(5):
            opened.send(_read(target))

    assert target.connections == 1


def test_a_connection_that_breaks_during_the_handshake_sent_nothing():
    def hang_up(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener, door() as opened:
        thread = threading.Thread(target=hang_up, args=(listener,))
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/Users"
        with pytest.raises(ConnectionFailed):
            opened.send(Call("POST", url, body=b"{}"))
        thread.join()
