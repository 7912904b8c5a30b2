"""How far a running cycle is: phases, people, rate and time left (console-ux S05).

`progress` is pure: counts in, answer out. `progress_of` reads the counts, in one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from provisioning.core.vocabulary import Phase, RowState
from provisioning.models import Cycle, LogEntry, PlanRow, WorkUnit
from provisioning.models.unit import UnitState

RATE_WINDOW = timedelta(seconds=60)
STALLED_AFTER = timedelta(seconds=120)
SHOWN_FROM_SHARE, SHOWN_FROM_AGE = 0.05, timedelta(seconds=15)
"""An estimate of the time left is kept back until it can be one."""


class Stage(StrEnum):
    """The phases as people count them."""

    IMPORT = "import"
    SCOPE = "scope"
    PROVISION = "provision"
    REFERENCES = "references"
    FINISH = "finish"


STAGES: Mapping[Phase, Stage] = {
    Phase.RECOVER: Stage.IMPORT,
    Phase.SCOPE: Stage.SCOPE,
    Phase.LIST: Stage.PROVISION,
    Phase.MATCH: Stage.PROVISION,
    Phase.REFERENCES: Stage.PROVISION,
    Phase.GROUPS: Stage.PROVISION,
    Phase.SEAL: Stage.PROVISION,
    Phase.REMOVALS: Stage.PROVISION,
    Phase.CHANGES: Stage.PROVISION,
    Phase.CIRCLES: Stage.REFERENCES,
    Phase.MEMBERSHIPS: Stage.REFERENCES,
    Phase.CLOSE: Stage.FINISH,
}
# Where on the bar a phase begins: deciding is quick, sending is most of a cycle's time.
BEGINS: Mapping[Phase, float] = {
    Phase.RECOVER: 0.0,
    Phase.SCOPE: 0.01,
    Phase.LIST: 0.08,
    Phase.MATCH: 0.12,
    Phase.REFERENCES: 0.20,
    Phase.GROUPS: 0.21,
    Phase.SEAL: 0.22,
    Phase.REMOVALS: 0.24,
    Phase.CHANGES: 0.24,
    Phase.CIRCLES: 0.24,
    Phase.MEMBERSHIPS: 0.24,
    Phase.CLOSE: 0.99,
}
EXECUTION = (Phase.REMOVALS, Phase.CHANGES, Phase.CIRCLES, Phase.MEMBERSHIPS)
_ORDER = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: units of the phase, rows of the plan, entries of the last minute."""

    units_done: int = 0
    units: int = 0
    rows_done: int = 0
    rows: int = 0
    lately: int = 0
    last_sign: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` of one; `done` of `total` rows; `rate` a second; `left` seconds, or unknown."""

    stage: Stage
    share: float
    done: int
    total: int
    rate: float
    left: int | None
    stalled: bool
    last_sign: datetime
    """When something was written last; before that, when it began."""

    @property
    def quarter(self) -> int:
        """0, 25, 50 or 75: what is announced while a stage goes on."""
        return int(self.share * 4) * 25


def progress(phase: Phase, counts: Counts, age: timedelta, now: datetime) -> Progress:
    """Where a cycle of this age is."""
    window = min(age, RATE_WINDOW).total_seconds()
    rate = counts.lately / window if window > 0 else 0.0
    share = _share(phase, counts)
    trusted = share >= SHOWN_FROM_SHARE and age >= SHOWN_FROM_AGE and rate > 0
    executing = phase in EXECUTION
    remaining = counts.rows - counts.rows_done
    quiet = min(age, now - counts.last_sign) if counts.last_sign else age
    return Progress(
        stage=STAGES[phase],
        share=share,
        done=counts.rows_done,
        total=counts.rows,
        rate=rate,
        left=round(remaining / rate) if trusted and executing else None,
        stalled=quiet >= STALLED_AFTER,
        last_sign=now - quiet,
    )


def _share(phase: Phase, counts: Counts) -> float:
    """Rows while sending, units of the phase while deciding; it never goes back."""
    begin = BEGINS[phase]
    if phase in EXECUTION:
        part = counts.rows_done / counts.rows if counts.rows else 0.0
        return begin + part * (BEGINS[Phase.CLOSE] - begin)
    later = [BEGINS[one] for one in _ORDER[_ORDER.index(phase) + 1 :]]
    end = later[0] if later else 1.0
    part = counts.units_done / counts.units if counts.units else 0.0
    return begin + part * (end - begin)


def progress_of(cycle: Cycle, now: datetime) -> Progress:
    """A running cycle's progress, from counts that are read in one query."""
    phase = Phase(cycle.phase)
    units = WorkUnit.objects.filter(cycle=OuterRef("pk"), phase=phase)
    rows = PlanRow.objects.filter(plan=OuterRef("plan")).exclude(
        state__in=[RowState.HELD, RowState.ABANDONED]
    )
    lately = LogEntry.objects.filter(cycle=OuterRef("pk"), at__gte=now - RATE_WINDOW)
    # Of the job, not of the cycle: that is the end of an index.
    newest = LogEntry.objects.filter(job=OuterRef("job"))
    counted = Cycle.objects.filter(pk=cycle.pk).values_list(
        _number(units.filter(state=UnitState.DONE), "cycle"),
        _number(units, "cycle"),
        _number(rows.filter(state__in=[RowState.DONE, RowState.FAILED, RowState.STALE]), "plan"),
        _number(rows, "plan"),
        _number(lately, "cycle"),
        Subquery(newest.order_by("-at").values("at")[:1]),
    )
    return progress(phase, Counts(*counted.get()), now - cycle.started, now)


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    """How many rows there are, as part of another query."""
    counted = rows.order_by().values(of).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
