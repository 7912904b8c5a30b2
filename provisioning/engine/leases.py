"""How long a unit is certainly ours, and how long a request may therefore take (F06).

A target cannot check a fencing number, so no request may outlast the lease under which it was sent:
each gets a deadline that ends before the lease does, and none leaves when too little of it is left.
When a lease is over by the database's clock, so are the requests of whoever held it; the next
holder finds the target at rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from threading import Condition, Event

from provisioning.engine import clock
from provisioning.scim.session import Limits

LEASE = timedelta(seconds=50)
"""A killed worker's unit is free after at most this; with a tick's 30 s that is below 90 (L13)."""
RENEW_EVERY = 5.0
"""Seconds between renewals: three may fail before a request has to wait for one."""
LEAST = Limits().read
"""Seconds a request must have before it leaves: the silence that a target is granted."""


class LeaseLost(Exception):
    """Somebody else holds the unit by now: whatever was not committed is theirs to do."""


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment by two clocks: the one that never stops, and the one that people set."""

    running: float
    wall: float

    @classmethod
    def now(cls) -> Instant:
        """This moment."""
        return cls(clock.running_clock(), clock.wall_clock())

    def passed(self) -> float:
        """Seconds since then, by the clock that says more of them passed."""
        return max(clock.running_clock() - self.running, clock.wall_clock() - self.wall)


class Lease:
    """What a worker knows of the lease of its unit; shared by the threads that send."""

    def __init__(self, asked_at: Instant) -> None:
        self._asked_at = asked_at
        self._renewed = Condition()

    def renew(self, asked_at: Instant) -> None:
        """The database granted a whole lease to a question that was asked at this moment."""
        with self._renewed:
            self._asked_at = asked_at
            self._renewed.notify_all()

    def left(self) -> float:
        """Seconds for which the unit is certainly ours."""
        return LEASE.total_seconds() - self._asked_at.passed()

    def time_for_a_request(self, given_up: Event) -> float:
        """The seconds a request may take. One that comes while a renewal is late waits for it.

        Raises `LeaseLost` when the lease may be over, or the work was given up meanwhile.
        """
        with self._renewed:
            while (left := self.left()) < LEAST:
                if left <= 0 or given_up.is_set():
                    raise LeaseLost
                self._renewed.wait(min(left, 1.0))
        return left
