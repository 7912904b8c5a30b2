"""A total deadline for each exchange (threat T10).

Read timeouts count single reads, so a byte now and then never trips them. A watchdog shuts the
socket of an exchange whose time is over and sets a flag; the flag is what counts, because headers
that are cut off in this way come back as an answer with an empty body.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


def running_clock() -> float:
    """Seconds that also pass while the process is stopped or the machine sleeps (F06)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True, eq=False)
class Flight:
    """One exchange under way: its socket, whether a byte was sent, whether its time ran out."""

    ends: float
    sock: socket.socket | None = None
    sent: bool = False
    expired: bool = False

    def is_over(self) -> bool:
        """Whether nothing more may be sent; true at once after a pause that nobody noticed."""
        self.expired = self.expired or running_clock() >= self.ends
        return self.expired

    def board(self, sock: socket.socket | None) -> None:
        """Name the socket to shut; at once when the time is already over."""
        self.sock = sock
        if self.expired:
            self.cut()

    def cut(self) -> None:
        """End whatever waits on the socket, underneath TLS, whose state is another thread's."""
        self.expired = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class Watchdog:
    """One thread that looks after the deadlines of all exchanges of a door."""

    def __init__(self) -> None:
        self._flights: dict[int, Flight] = {}
        self._changed = threading.Condition()
        self._wakes = float("inf")
        self._process = 0
        self._closed = False

    @contextmanager
    def watching(self, seconds: float) -> Iterator[Flight]:
        """A flight that is cut when the seconds are over."""
        flight = Flight(ends=running_clock() + seconds)
        with self._changed:
            self._ensure_thread()
            self._flights[id(flight)] = flight
            if flight.ends < self._wakes:
                self._changed.notify()
        try:
            yield flight
        finally:
            with self._changed:
                self._flights.pop(id(flight), None)

    def close(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _ensure_thread(self) -> None:
        if self._process == os.getpid():  # a thread does not survive a fork
            return
        self._process, self._closed = os.getpid(), False
        threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                now = running_clock()
                for flight in self._flights.values():
                    if flight.ends <= now and not flight.expired:
                        flight.cut()
                waiting = [f.ends for f in self._flights.values() if not f.expired]
                self._wakes = min(waiting, default=float("inf"))
                self._changed.wait(self._wakes - now if waiting else None)
            self._process = 0
