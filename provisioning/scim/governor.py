"""Decides when a request may leave and how many are under way, by what the target answers (F07).

After a 429 every thread waits: the longer of `Retry-After` and a growing pause with jitter, never
above 15 minutes. Shared by all threads of a process; time, sleep and chance are handed in.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from provisioning.core.errors import OutcomeUnknown, TargetBusy, TimedOutBeforeSending
from provisioning.scim.connection_limit import ConnectionLimit
from provisioning.scim.pace import Pace
from provisioning.scim.quota import Allowance, Quota
from provisioning.scim.retry_after import LONGEST, retry_after

FIRST_CONNECTIONS = 4
RESERVE = 0.01
"""The share of an announced allowance that is never touched: others use the same token."""

OVERLOADED = frozenset({503, 504})


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Time, sleep and chance."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Slot:
    """The permission for one request, and when it was given."""

    began: float


class Governor:
    """`with governor.slot() as slot:` waits for its turn; `heard` tells it the answer."""

    def __init__(
        self,
        requests_per_minute: float | None = None,
        connections: int = 16,
        *,
        first_connections: int = FIRST_CONNECTIONS,
        clockwork: Clockwork | None = None,
    ) -> None:
        self._time = clockwork or Clockwork()
        self._quota = Quota(requests_per_minute)
        self._pace = Pace(requests_per_minute)
        self._limit = ConnectionLimit(first_connections, connections)
        self._lock = threading.Condition()
        self._under_way = 0
        self._hold_until = float("-inf")
        self._held_at = float("-inf")
        self._strikes = 0

    @property
    def connections(self) -> int:
        """How many requests may be under way at the moment."""
        with self._lock:
            return int(self._limit)

    @property
    def most_connections(self) -> int:
        """How many requests may ever be under way: the size of a pool that serves them."""
        return self._limit.most

    @property
    def requests_per_minute(self) -> float | None:
        """The quota that is kept at the moment; None when none is known."""
        with self._lock:
            return self._quota.per_minute()

    def pause(self) -> float:
        """Seconds until any request may leave again; 0 when nothing holds them."""
        with self._lock:
            return max(0.0, self._hold_until - self._time.clock())

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """Wait for a connection and for the quota; the slot is given back at the end."""
        with self._lock:
            self._lock.wait_for(lambda: self._under_way < int(self._limit))
            self._under_way += 1
        slot: Slot | None = None
        try:
            slot = self._wait_for_quota()
            yield slot
        except (TargetBusy, TimedOutBeforeSending, OutcomeUnknown) as error:
            if slot is not None and error.status is None:  # no answer at all
                self._overloaded(slot)
            raise
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify()

    def heard(self, slot: Slot, status: int, headers: Mapping[str, str]) -> None:
        """Learn from one answer."""
        now = self._time.clock()
        with self._lock:
            self._read_allowance(Allowance.read(headers), now)
            if status == 429:
                self._refused(slot, retry_after(headers), now)
            elif status in OVERLOADED:
                self._limit.overloaded(sent=slot.began, now=now)
            else:
                self._went_well(slot, now)
            self._pace.per_minute = self._quota.per_minute()

    def _wait_for_quota(self) -> Slot:
        while True:
            with self._lock:
                now = self._time.clock()
                ready = max(self._hold_until, self._pace.ready_at(now))
                if ready <= now:
                    self._pace.take(now)
                    return Slot(now)
            self._time.sleep(ready - now)

    def _went_well(self, slot: Slot, now: float) -> None:
        self._quota.accepted(now)
        if slot.began >= self._held_at:
            self._strikes = 0
        if self._under_way >= int(self._limit):  # unused connections prove nothing
            self._limit.went_well()
            self._lock.notify()

    def _refused(self, slot: Slot, asked: float | None, now: float) -> None:
        first = slot.began >= self._held_at
        if first:
            self._strikes += 1
        jitter = 0.5 + self._time.chance() / 2
        wait = min(max(asked or 0.0, jitter * 2.0 ** (min(self._strikes, 12) - 1)), LONGEST)
        self._hold_until = max(self._hold_until, now + wait)
        if first:
            self._quota.refused(now, wait)
            self._limit.overloaded(sent=slot.began, now=now)
            self._held_at = self._hold_until

    def _read_allowance(self, allowance: Allowance | None, now: float) -> None:
        if allowance is None:
            return
        self._quota.announced(allowance.allowed)
        left = allowance.allowed - allowance.used - (self._under_way - 1)
        if left <= max(1.0, allowance.allowed * RESERVE):
            self._hold_until = max(self._hold_until, now + allowance.reset)

    def _overloaded(self, slot: Slot) -> None:
        with self._lock:
            self._limit.overloaded(sent=slot.began, now=self._time.clock())
