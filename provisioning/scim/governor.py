"""Decides when a request may leave and how many are under way, by what the target answers (F07).

One per quota and process, for all its threads; what processes must agree on is in the ledger of a
store (`ledger.py` decides, purely). Here threads wait, the most urgent first, in slices short
enough that a stop is seen. Time, sleep and chance are handed in.
"""

from __future__ import annotations

import random
import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

from provisioning.core.errors import OutcomeUnknown, TargetBusy, TimedOutBeforeSending
from provisioning.scim.connection_limit import MOST
from provisioning.scim.ledger import FIRST_BUDGET, Grant, Refusal, Report, Wish
from provisioning.scim.quota import Allowance
from provisioning.scim.retry_after import retry_after
from provisioning.scim.store import InProcess, Store
from provisioning.scim.urgency import Urgency

FIRST_CONNECTIONS = 4
SLICE = 1.0
"""Seconds after which who waits looks whether it should go on waiting."""
NEWS = 0.25
"""Seconds after which what other processes did is asked for."""
SOON = 0.05
"""Seconds to wait for a connection that another process holds."""
LEAST = 0.001
NEVER = float("-inf")
NOTHING = Grant(
    now=0.0,
    connections=0,
    limit=0,
    full=False,
    others=0,
    per_minute=None,
    tickets=0,
    ready_at=0.0,
    hold_until=NEVER,
    held_at=NEVER,
    repeats=FIRST_BUDGET,
)
"""What a process may do that has not asked yet."""

OVERLOADED = frozenset({503, 504})


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Time, sleep and chance."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Slot:
    """The permission for one request, and when it was given, by the store's time."""

    began: float


class _Waiter:
    """A request that waits for its turn. A condition is made only for one that really waits."""

    def __init__(self, urgency: Urgency, number: int, lock: threading.Lock) -> None:
        self.urgency = urgency
        self._order = (urgency, number)
        self._lock = lock
        self._called: threading.Condition | None = None

    def __lt__(self, other: _Waiter) -> bool:
        return self._order < other._order

    def wait(self, seconds: float) -> None:
        """Until called, at most so long; the lock is given back meanwhile."""
        if self._called is None:
            self._called = threading.Condition(self._lock)
        self._called.wait(seconds)

    def call(self) -> None:
        """It may be its turn."""
        if self._called is not None:
            self._called.notify()


def _no_ceiling(_: Urgency) -> float | None:
    return None


def _always() -> None:
    """Nothing ends the waiting."""


class Governor:
    """`with governor.slot() as slot:` waits for its turn; `heard` tells it the answer.

    `connections` is how many may be under way; in the first moments it is `first_connections`.
    """

    def __init__(
        self,
        requests_per_minute: float | None = None,
        connections: int = 16,
        *,
        first_connections: int = FIRST_CONNECTIONS,
        clockwork: Clockwork | None = None,
        store: Store | None = None,
    ) -> None:
        self._time = clockwork or Clockwork()
        self._store = store or InProcess(self._time.clock)
        self._requests_per_minute = requests_per_minute
        self.permitted: Callable[[Urgency], float | None] = _no_ceiling
        """How many requests a minute the application permits at this hour to one of this urgency;
        None without a limit. What it raises, the waiting raises."""
        self._ceiling = requests_per_minute
        self._first = first_connections
        self.most_connections = max(1, min(connections, MOST))
        """How many requests may ever be under way: the size of a pool that serves them."""
        self._name = uuid4().hex
        self._lock = threading.Lock()
        self._queue: list[_Waiter] = []
        self._numbers = count()
        self._under_way = 0
        self._wanted = 0
        self._told = 0
        self._report = Report()
        self._grant = NOTHING
        self._tickets: int | None = 0
        self._asked_at = NEVER
        self._ahead = 0.0
        self._allowed: int | None = None

    @property
    def connections(self) -> int:
        """How many requests all processes together may have under way at the moment."""
        with self._lock:
            return self._ask().limit

    @property
    def requests_per_minute(self) -> float | None:
        """The quota that is kept at the moment; None when none is known."""
        with self._lock:
            return self._ask().per_minute

    def pause(self) -> float:
        """Seconds until any request may leave again; 0 when nothing holds them."""
        with self._lock:
            grant = self._ask()
        return max(0.0, grant.hold_until - grant.now)

    def tend(self) -> None:
        """Renew the lease of what is in use; what is not is left to others."""
        with self._lock:
            if self._under_way or self._queue:
                self._ask()
            elif self._grant.connections:
                self._leave()

    def close(self) -> None:
        """Tell what is still to tell, and hold nothing any more; the next slot begins anew."""
        with self._lock:
            if self._asked_at > NEVER:
                self._leave()

    def may_repeat(self) -> bool:
        """Whether a request that the target failed may be sent again; it is counted (I24)."""
        with self._lock:
            if self._grant.repeats - self._report.repeats < 1:
                return False
            self._report.repeats += 1
            return True

    @contextmanager
    def slot(
        self, urgency: Urgency = Urgency.CHANGE, going_on: Callable[[], None] = _always
    ) -> Iterator[Slot]:
        """Wait for a connection and for the quota; the slot is given back at the end.

        What `going_on` raises ends the waiting; it is asked at least once a second.
        """
        slot = self._wait(urgency, going_on)
        try:
            yield slot
        except (TargetBusy, TimedOutBeforeSending, OutcomeUnknown) as error:
            if error.status is None:  # no answer at all
                self._overloaded(slot)
            raise
        finally:
            with self._lock:
                self._under_way -= 1
                self._call_next()

    def heard(self, slot: Slot, status: int, headers: Mapping[str, str]) -> None:
        """Learn from one answer; what others must know is told at once."""
        with self._lock:
            urgent = self._read_allowance(Allowance.read(headers))
            if status == 429:
                refusal = Refusal(slot.began, retry_after(headers), self._time.chance())
                self._report.refusals.append(refusal)
            elif status in OVERLOADED:
                self._report.overloads.append(slot.began)
            else:
                self._went_well(slot)
            if urgent or status == 429 or status in OVERLOADED:
                self._ask()

    def _wait(self, urgency: Urgency, going_on: Callable[[], None]) -> Slot:
        with self._lock:
            self._ceiling = self._permitted(urgency)
            me = _Waiter(urgency, next(self._numbers), self._lock)
            insort(self._queue, me)
            try:
                while True:
                    if self._queue[0] is not me:
                        me.wait(SLICE)
                    elif isinstance(answer := self._take(), Slot):
                        return answer
                    elif answer is None:
                        me.wait(SOON if self._grant.others else SLICE)
                    else:
                        self._sleep(min(answer, SLICE))
                    going_on()
                    self._ceiling = self._permitted(urgency)
            finally:
                self._queue.remove(me)
                self._call_next()

    def _sleep(self, seconds: float) -> None:
        """Let time pass without keeping others from it."""
        self._lock.release()
        try:
            self._time.sleep(max(LEAST, seconds))
        finally:
            self._lock.acquire()

    def _take(self) -> Slot | float | None:
        """The slot; or seconds until asking again pays; or None without a free connection."""
        now = self._now()
        self._wanted = max(self._wanted, self._under_way + len(self._queue))
        if now - self._asked_at >= NEWS or self._tickets == 0:
            self._tickets = self._ask(tickets=self._useful()).tickets
        elif self._under_way >= self._grant.connections and (
            self._wanted > self._told or now - self._asked_at >= SOON
        ):
            self._ask()
        grant, now = self._grant, self._now()
        if self._under_way >= grant.connections:
            return None
        if grant.hold_until > now:
            return grant.hold_until - now
        if self._tickets == 0:
            return grant.ready_at - now
        if self._tickets is None:
            self._report.sent += 1
        else:
            self._tickets -= 1
        self._report.tries += 1
        self._under_way += 1
        return Slot(now)

    def _useful(self) -> int:
        """How many permissions could be used at once."""
        if self._grant is NOTHING:
            return 1
        return min(len(self._queue), max(0, self._grant.connections - self._under_way))

    def _ask(self, tickets: int = 0) -> Grant:
        """Tell the ledger what happened, and hear what may be done now."""
        report, self._report = self._report, Report()
        now_wanted = self._under_way + len(self._queue)
        wish = Wish(
            name=self._name,
            flying=self._under_way,
            wanted=self._wanted,
            urgency=self._queue[0].urgency if self._queue else None,
            connections=self.most_connections,
            first=self._first,
            tickets=tickets,
            ceiling=self._ceiling,
        )
        self._grant = self._store.change(lambda ledger, now: ledger.visit(now, report, wish))
        self._told, self._wanted = self._wanted, now_wanted
        self._asked_at = self._grant.now
        self._ahead = self._grant.now - self._time.clock()
        if self._grant.per_minute is None:
            self._tickets = None
        elif self._tickets is None:
            self._tickets = 0
        return self._grant

    def _leave(self) -> None:
        self._ask()
        self._store.change(lambda ledger, _: ledger.leave(self._name))
        self._grant, self._tickets, self._asked_at = NOTHING, 0, NEVER

    def _now(self) -> float:
        """The store's time."""
        return self._time.clock() + self._ahead if self._asked_at > NEVER else 0.0

    def _permitted(self, urgency: Urgency) -> float | None:
        now_permitted = self.permitted(urgency)
        known = [one for one in (self._requests_per_minute, now_permitted) if one is not None]
        return min(known, default=None)

    def _call_next(self) -> None:
        if self._queue:
            self._queue[0].call()

    def _went_well(self, slot: Slot) -> None:
        report, grant = self._report, self._grant
        seconds = self._now() - slot.began
        report.accepted += 1
        report.seconds += seconds
        report.quickest = min(report.quickest, seconds)
        report.settled = report.settled or slot.began >= grant.held_at
        if grant.full and self._under_way >= grant.connections:
            report.saturated += 1  # unused connections prove nothing

    def _read_allowance(self, allowance: Allowance | None) -> bool:
        """Whether the answer told a new allowance, or one that is nearly used up."""
        if allowance is None:
            return False
        self._report.allowance = allowance
        new = allowance.allowed != self._allowed
        self._allowed = allowance.allowed
        return new or allowance.is_nearly_used(self._under_way)

    def _overloaded(self, slot: Slot) -> None:
        with self._lock:
            self._report.overloads.append(slot.began)
            self._ask()
