"""What the overview of an application says: its cycle, its figures, its set-up (console-ux S05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.application_rows import CYCLES, cycle_figures
from console.charts import Bar, bars
from provisioning.core.vocabulary import Operation, Reason, Status
from provisioning.engine.causes import cause
from provisioning.engine.progress import Progress, Stage, progress_of
from provisioning.models import Application, AuditEvent, Cycle, Escrow, Link, LogEntry, Standing
from provisioning.models.cycle import Purpose

STAGES = (
    (Stage.IMPORT, gettext_lazy("Import")),
    (Stage.SCOPE, gettext_lazy("Scope")),
    (Stage.PROVISION, gettext_lazy("Match and provision")),
    (Stage.REFERENCES, gettext_lazy("References")),
    (Stage.FINISH, gettext_lazy("Finish")),
)
CAUSES = 3
CHANGES = 3


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of the phase line: `done`, `now` or `later`."""

    name: str | Promise
    state: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why objects fail now, how many, and the log that shows them."""

    text: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The four numbers in the first row."""

    linked: int
    expected: int
    created: int
    matched: int
    changed: int
    failures: int
    skipped: int
    default_access: int


def phases(progress: Progress) -> list[Phase]:
    """The phase line: everything before the present stage is done."""
    names = [stage for stage, _name in STAGES]
    here = names.index(progress.stage)
    states = ["done"] * here + ["now"] + ["later"] * (len(names) - here - 1)
    return [Phase(name, state) for (_stage, name), state in zip(STAGES, states, strict=True)]


def announcement(progress: Progress) -> str:
    """What is said to who does not see the bar: at a new stage, and at every quarter."""
    name = dict(STAGES)[progress.stage]
    return _("%(stage)s, %(share)d%%") % {"stage": name, "share": progress.quarter}


def running(application: Application, now: datetime) -> dict[str, object]:
    """The context of the cycle card while a cycle runs; nothing when none does."""
    cycle = application.job.open_cycle
    if cycle is None:
        return {"cycle": None}
    found = progress_of(cycle, now)
    return {
        "cycle": cycle,
        "progress": found,
        "phases": phases(found),
        "announcement": announcement(found),
    }


def last_cycles(application: Application) -> list[Cycle]:
    """The last twenty that ended, newest first."""
    ended = application.job.cycles.filter(purpose=Purpose.CYCLE, ended__isnull=False)
    return list(ended.order_by("-number")[:CYCLES])


def cycle_bars(cycles: Sequence[Cycle]) -> tuple[list[Bar], int]:
    """Bars of these cycles, oldest first, and in how many something failed."""
    figures = cycle_figures(cycles)
    values = [figures.get(cycle.plan_id, (0, 0)) for cycle in reversed(cycles)]
    return bars(values, room=CYCLES), sum(1 for _all, failed in values if failed)


def figures_of(application: Application, cycle: Cycle | None) -> Figures:
    """Of the cycle that runs, else of the last one."""
    standings = dict(
        Standing.objects.filter(job=application.job, object__kind="user")
        .values_list("code")
        .annotate(Count("pk"))
    )
    entries: dict[tuple[str, str], int] = {}
    if cycle is not None:
        counted = LogEntry.objects.filter(cycle=cycle).values_list("operation", "status")
        entries = {(op, status): n for op, status, n in counted.annotate(Count("pk"))}
    done = {op: n for (op, status), n in entries.items() if status == Status.SUCCESS}
    excluded = standings.pop(Reason.NOT_EFFECTIVELY_ENTITLED, 0)
    return Figures(
        linked=Link.objects.filter(job=application.job, kind="user").count(),
        expected=sum(standings.values()),
        created=done.get(Operation.CREATE, 0),
        matched=done.get(Operation.ADOPT, 0),
        changed=sum(done.values()),
        failures=sum(n for (_op, status), n in entries.items() if status == Status.FAILURE),
        skipped=cycle.skipped if cycle else 0,
        default_access=excluded,
    )


def top_causes(application: Application) -> list[Cause]:
    """The most frequent reasons why objects wait for retry."""
    counted = (
        Escrow.objects.filter(job=application.job)
        .values_list("code")
        .annotate(number=Count("pk"))
        .order_by("-number")[:CAUSES]
    )
    logs = reverse("logs", args=[application.slug])
    return [Cause(cause(code), number, f"{logs}?cause={code}") for code, number in counted]


def last_changes(application: Application) -> list[AuditEvent]:
    """Who changed what, newest first."""
    events = AuditEvent.objects.filter(application=application).select_related("actor")
    return list(events.order_by("-at")[:CHANGES])
