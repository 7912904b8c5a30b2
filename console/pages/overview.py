"""What the overview of an application says: its cycle, its figures, its causes (console-ux S05)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.pages.application_rows import CYCLES, LEFT_OUT, cycle_figures
from console.pages.charts import Chart, chart
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
LINKED = "linked"
WAITING = ("ConnectionFailed", "InternalServerError", "Timeout", "TooManyRequests", "InvalidAnchor")
ELSEWHERE = ("LicenseLimitExceeded", "InternalError")
CREDENTIALS = ("Unauthorized", "SecretUnreadable", "InvalidTenantUrl", "InvalidSecretToken")
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
    fix: str
    """Where it is mended; nowhere here for what the application has to do."""
    waits: bool
    """Whether nobody has to do anything: the next try may do."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The four numbers in the first row."""

    linked: int
    expected: int
    created: int
    matched: int
    changed: int
    failures: int
    causes: int
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


def cycle_chart(cycles: Sequence[Cycle]) -> Chart:
    """What these cycles changed, given the newest first."""
    figures = cycle_figures(cycles)
    return chart([figures.get(cycle.plan_id, (0, 0)) for cycle in reversed(cycles)], room=CYCLES)


def figures_of(application: Application, cycle: Cycle | None) -> Figures:
    """Of the cycle that runs, else of the last one."""
    known = _known_people(application)
    linked = known.pop(LINKED, 0)
    skipped = sum(known.get(code, 0) for code in LEFT_OUT)
    excluded = known.pop(Reason.NOT_EFFECTIVELY_ENTITLED, 0)
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for operation, status, code, number in _entries(cycle) if cycle else ():
        if status == Status.SUCCESS:
            done[operation] += number
        elif status == Status.FAILURE:
            failed[code] += number
    return Figures(
        linked=linked,
        expected=sum(known.values()),
        created=done[Operation.CREATE],
        matched=done[Operation.ADOPT],
        changed=done.total(),
        failures=failed.total(),
        causes=len(failed),
        skipped=skipped,
        default_access=excluded,
    )


def _known_people(application: Application) -> dict[str, int]:
    """How many people have an account, and how many were decided for which reason: one query."""
    standings = Standing.objects.filter(job=application.job, object__kind="user")
    links = Link.objects.filter(job=application.job, kind="user").annotate(code=Value(LINKED))
    counted = (
        rows.order_by().values("code").annotate(n=Count("pk")) for rows in (standings, links)
    )
    decided, linked = counted
    return {one["code"]: one["n"] for one in decided.union(linked, all=True)}


def _entries(cycle: Cycle) -> QuerySet[LogEntry, tuple[str, str, str, int]]:
    """The cycle's entries counted by operation, status and, of failures, the cause."""
    failed = When(status=Status.FAILURE, then=KT("error__errorCode"))
    coded = LogEntry.objects.filter(cycle=cycle).annotate(
        code=Case(failed, default=Value(""), output_field=TextField())
    )
    rows = coded.order_by().values("operation", "status", "code").annotate(n=Count("pk"))
    return rows.values_list("operation", "status", "code", "n")


def top_causes(application: Application) -> list[Cause]:
    """The most frequent reasons why objects wait for retry."""
    counted = (
        Escrow.objects.filter(job=application.job)
        .heeded()
        .values_list("code")
        .annotate(number=Count("pk"), groups=Count("pk", filter=Q(object__kind="group")))
        .order_by("-number", "code")[:CAUSES]
    )
    logs = reverse("logs", args=[application.slug])
    return [
        Cause(
            cause(code),
            number,
            f"{logs}?cause={code}",
            fix=_fix(application, code, "groups" if groups == number else "users"),
            waits=code in WAITING,
        )
        for code, number, groups in counted
    ]


def _fix(application: Application, code: str, kind: str) -> str:
    """The page on which a cause is mended."""
    if code in WAITING or code in ELSEWHERE:
        return ""
    if code in CREDENTIALS:
        return reverse("credentials", args=[application.slug])
    return reverse("mapping", args=[application.slug, kind])


def last_changes(application: Application) -> list[AuditEvent]:
    """Who changed what, newest first."""
    events = AuditEvent.objects.filter(application=application).select_related("actor")
    return list(events.order_by("-at")[:CHANGES])
