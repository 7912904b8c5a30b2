"""The history of a job's cycles: what each changed, and who or what began it (console-ux S16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from console.pages.spreadsheet import csv_line
from provisioning.core.vocabulary import Operation, RowState
from provisioning.models import Application, AuditEvent, Cycle, PlanRow
from provisioning.models.audit import Activity
from provisioning.models.cycle import Origin

CREATED = (Operation.CREATE,)
UPDATED = (Operation.ADOPT, Operation.UPDATE, Operation.ENABLE, Operation.MEMBERSHIP)
REMOVED = (Operation.DISABLE, Operation.DELETE)
AT_ONCE = timedelta(seconds=30)
"""A cycle that somebody asks for begins this soon after."""
HEADER = (
    *("number", "type", "started", "seconds", "started by", "evaluated", "created", "updated"),
    *("disabled", "failures", "result"),
)


@dataclass(slots=True)
class Tally:
    """What became of a plan's rows."""

    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    objects: int = 0

    def number(self, operations: Iterable[Operation]) -> int:
        """How many rows of these operations were done."""
        return sum(self.done[one] for one in operations)


@dataclass(frozen=True, slots=True)
class Line:
    """One cycle of the list."""

    cycle: Cycle
    tally: Tally
    by: str

    @property
    def evaluated(self) -> int:
        """People and groups that were decided about."""
        return self.cycle.skipped + self.cycle.unchanged + self.tally.objects

    @property
    def created(self) -> int:
        """Accounts made."""
        return self.tally.number(CREATED)

    @property
    def updated(self) -> int:
        """Accounts and groups changed, those taken over among them."""
        return self.tally.number(UPDATED)

    @property
    def disabled(self) -> int:
        """Accounts disabled or deleted."""
        return self.tally.number(REMOVED)


def lines_of(application: Application, cycles: Sequence[Cycle]) -> list[Line]:
    """These cycles, the newest first, in two queries more."""
    tallies = _tallies(cycles)
    by = _begun_by(application, cycles)
    none = Tally()
    return [
        Line(one, tallies.get(one.plan_id, none) if one.plan_id else none, by[one.number])
        for one in cycles
    ]


def csv_lines(lines: Iterable[Line]) -> Iterator[str]:
    """The list as a file."""
    yield csv_line(HEADER)
    for one in lines:
        cycle = one.cycle
        took = (cycle.ended - cycle.started).total_seconds() if cycle.ended else ""
        head = (cycle.number, cycle.kind, cycle.started.isoformat(), took, one.by, one.evaluated)
        figures = (one.created, one.updated, one.disabled, one.tally.failed)
        yield csv_line((*head, *figures, cycle.state))


def _tallies(cycles: Iterable[Cycle]) -> Mapping[UUID, Tally]:
    plans = [cycle.plan_id for cycle in cycles if cycle.plan_id]
    rows = PlanRow.objects.filter(plan__in=plans).order_by()
    counted = rows.values_list("plan", "operation", "state").annotate(Count("pk"))
    found: dict[UUID, Tally] = {plan: Tally() for plan in plans}
    for plan, operation, state, number in counted:
        tally = found[plan]
        if operation != Operation.MEMBERSHIP:
            tally.objects += number
        if state == RowState.DONE:
            tally.done[operation] += number
        elif state == RowState.FAILED:
            tally.failed += number
    return found


def _begun_by(application: Application, cycles: Sequence[Cycle]) -> dict[int, str]:
    """Who or what began each cycle: a person, the command line, a configuration, the schedule."""
    asked = _asked_for(application, cycles)
    by: dict[int, str] = {}
    for one, before in zip(cycles, [*cycles[1:], None], strict=False):
        digest = one.plan.digest if one.plan else ""
        approved = (event for event in asked.get(digest, ()) if _soon(event, one))
        event = next(iter(asked.get(one.number, ())), None) or next(approved, None)
        if event is not None:
            by[one.number] = _who(event)
        elif one.origin == Origin.COMMAND:
            by[one.number] = _("Command line")
        elif before is not None and before.definition_id != one.definition_id:
            version = one.definition.version
            by[one.number] = _("Configuration version %(version)d") % {"version": version}
        else:
            by[one.number] = _("Schedule")
    return by


def _asked_for(
    application: Application, cycles: Sequence[Cycle]
) -> Mapping[int | str, Sequence[AuditEvent]]:
    """By number of a cycle or digest of a plan: the events that asked for it."""
    if not cycles:
        return {}
    events = AuditEvent.objects.filter(
        application=application,
        activity__in=(Activity.RUN, Activity.APPROVE),
        at__gte=cycles[-1].started - AT_ONCE,
    )
    found: dict[int | str, list[AuditEvent]] = {}
    for event in events.select_related("actor").order_by("at"):
        for change in event.changes:
            if change.get("path") in ("cycle", "plan"):
                found.setdefault(change["new"], []).append(event)
    return found


def _soon(event: AuditEvent, cycle: Cycle) -> bool:
    return abs(cycle.started - event.at) <= AT_ONCE


def _who(event: AuditEvent) -> str:
    return (event.actor.get_full_name() or event.actor.username) if event.actor else _("Command")
