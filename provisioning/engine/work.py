"""What every phase of a cycle works with, and how a unit's results become true exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from threading import Event
from typing import TYPE_CHECKING

from django.db import transaction

from provisioning.core.definition import JobDefinition
from provisioning.engine.clock import Clock, running_clock
from provisioning.models import Cycle, Job, Plan, WorkUnit
from provisioning.models.cycle import Purpose

if TYPE_CHECKING:
    from provisioning.engine.target import Target


class LeaseLost(Exception):
    """Somebody else holds the unit by now: whatever was not committed is theirs to do."""


def _nothing() -> None:
    """Nothing comes after the unit."""


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
    held_until: float = inf
    """When the lease runs out at the earliest, by the clock that never stops."""

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
        return self.cycle.definition.as_definition()

    @property
    def now(self) -> datetime:
        """The time that decisions and records use."""
        return Clock(self.cycle.now_is).now()

    @property
    def records(self) -> bool:
        """Whether verdicts are kept and logged: a preview only stores its plan."""
        return self.cycle.purpose != Purpose.PREVIEW

    def permit(self) -> None:
        """Asked before every request. Raises `LeaseLost` when the unit may be somebody else's."""
        if running_clock() >= self.held_until:
            raise LeaseLost(str(self.unit))

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
        WorkUnit.objects.filter(pk=work.unit.pk).update(payload=work.unit.payload)
        if not work.unit.finish():
            raise LeaseLost(str(work.unit))
        work.advance()
