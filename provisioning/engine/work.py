"""What every phase of a cycle works with, and how a unit's results become true exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Protocol

from django.db import transaction

from provisioning.core.definition import JobDefinition
from provisioning.core.vocabulary import Phase
from provisioning.engine.clock import Clock
from provisioning.engine.leases import Lease, LeaseLost
from provisioning.models import Cycle, Job, Plan, WorkUnit
from provisioning.models.cycle import Purpose

if TYPE_CHECKING:
    from provisioning.engine.target import Target


WRITING = frozenset({Phase.REMOVALS, Phase.CHANGES, Phase.CIRCLES, Phase.MEMBERSHIPS})
LOOK_EVERY = 1.0
"""Seconds between two looks whether to go on, wherever something is waited for (L15)."""


class Interrupted(Exception):
    """Nothing more is begun here, though nothing is wrong."""


class Stopped(Interrupted):
    """A person asked the cycle to stop: it ends."""


class Leaving(Interrupted):
    """This worker was asked to go: another one takes the unit over at once."""


def _nothing() -> None:
    """Nothing comes after the unit."""


def stays() -> bool:
    """Nobody asked this worker to go."""
    return False


class Recording(Protocol):
    """What a log entry and a standing are written for: a cycle, and the time."""

    @property
    def cycle(self) -> Cycle: ...

    @property
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """Records beside a cycle: what a person decides about its plan while no unit is worked on."""

    cycle: Cycle
    now: datetime


@dataclass(slots=True)
class Work:
    """One claimed unit of one cycle, with the clock, the target and the stop signal."""

    cycle: Cycle
    unit: WorkUnit
    target: Target
    sleep: Callable[[float], None]
    stop: Event = field(default_factory=Event)
    advance: Callable[[], None] = _nothing
    """Opens what comes after the unit, in the transaction that finishes it."""
    lease: Lease | None = None
    """How long the unit is ours; without one it cannot become anybody else's."""
    leaving: Callable[[], bool] = stays
    interrupted: Interrupted | None = None
    """Why nothing more should be asked, as the thread that keeps the lease saw it."""
    is_alone: bool = False
    """Whether the requests of those who had the unit before are over."""
    _definition: JobDefinition | None = field(default=None, init=False)

    @property
    def job(self) -> Job:
        """The job whose cycle this is."""
        return self.cycle.job

    @property
    def plan(self) -> Plan:
        """The plan that is being made or executed."""
        plan = self.cycle.plan
        if plan is None:
            raise LookupError("A cycle has a plan from its first phase on.")
        return plan

    @property
    def definition(self) -> JobDefinition:
        """The definition this cycle is bound to, whatever has been edited since (I15)."""
        if self._definition is None:
            self._definition = self.cycle.definition.as_definition()
        return self._definition

    @property
    def now(self) -> datetime:
        """The time that decisions and records use."""
        return Clock(self.cycle.now_is).now()

    @property
    def records(self) -> bool:
        """Whether verdicts are kept and logged: a preview only stores its plan."""
        return self.cycle.purpose != Purpose.PREVIEW

    def permit(self) -> float | None:
        """Asked before every request: how many seconds it may take.

        Raises `LeaseLost` when the unit may be somebody else's and, while nothing is written yet,
        `Interrupted`. Who writes ends what was begun: what became of it must be known.
        """
        if self.interrupted is not None and self.unit.phase not in WRITING:
            raise self.interrupted
        return self.lease.time_for_a_request(self.stop) if self.lease is not None else None

    def go_on(self) -> None:
        """Asked by every request that waits for its turn, which may be for a quarter of an hour.

        Raises `Interrupted`, or `LeaseLost` while planning, once nothing more should be asked.
        """
        if self.interrupted is not None:
            raise self.interrupted
        if self.stop.is_set():
            raise Interrupted if self.unit.phase in WRITING else LeaseLost(str(self.unit))

    def look(self) -> None:
        """Whether this worker was asked to go; what waits and what is planned then ends."""
        if self.leaving():
            self.interrupted = Leaving()

    def ask(self) -> None:
        """Whether a person stopped the cycle; the same then ends."""
        if self.stop_requested():
            self.interrupted = Stopped()

    def stop_requested(self) -> bool:
        """Whether a person stopped the cycle since it was last looked at (F40)."""
        return Cycle.objects.filter(pk=self.cycle.pk, stop_requested=True).exists()

    def interruption(self) -> Interrupted | None:
        """Why nothing more should be begun; `None` to go on."""
        if self.leaving():
            return Leaving()
        return Stopped() if self.stop_requested() else None

    def keep_requests(self) -> None:
        """Count what was sent with the unit, where the next holder finds it."""
        self.unit.keep_requests(self.target.new_requests())

    def count_requests(self) -> None:
        """Count what the unit cost with the cycle, in the transaction that finishes the unit."""
        self.cycle.count_requests(Counter(self.unit.requests) + self.target.new_requests())

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises `Interrupted` within a second of a reason to."""
        while seconds > 0:
            if (why := self.interruption()) is not None:
                raise why
            self.sleep(min(seconds, LOOK_EVERY))
            seconds -= LOOK_EVERY

    def make_sure(self) -> None:
        """The unit is ours until the transaction ends. Raises `LeaseLost` when it is not."""
        if not self.unit.still_mine_locked():
            raise LeaseLost(str(self.unit))


@contextmanager
def finishing(work: Work) -> Iterator[None]:
    """One transaction for a unit's rows, for the unit being done, and for what it opens.

    All or nothing: a worker that dies leaves no phase whose end nobody noticed.

    Raises `LeaseLost`, rolling everything back, when the unit is no longer ours.
    """
    with transaction.atomic():
        yield
        if not work.unit.finish():
            raise LeaseLost(str(work.unit))
        work.count_requests()
        work.advance()
