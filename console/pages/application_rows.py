"""The lines of the applications list: a handful of queries, however many applications there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from console.pages.application_status import STATUSES, standing_of, status_of, with_status
from console.pages.charts import Chart, chart
from console.pages.status import Tag
from provisioning.core.vocabulary import Reason, RowState
from provisioning.models import Application, Cycle, Link, PlanRow, Standing
from provisioning.models.cycle import Purpose

CYCLES = 20
LEFT_OUT = (
    Reason.NOT_EFFECTIVELY_ENTITLED,
    Reason.IMPORT_SKIPPED,
    Reason.DUPLICATE_TARGET,
    Reason.DUPLICATE_SOURCE,
)
"""Verdicts by which somebody assigned or linked is skipped."""


@dataclass(frozen=True, slots=True)
class Row:
    """One application as the list shows it."""

    application: Application
    standing: str
    status: Tag
    people: int
    failures: int
    skipped: int
    last: Cycle | None
    """The last cycle that ended: without one there is nothing to count."""
    chart: Chart


def application_rows(text: str = "", status: str = "") -> list[Row]:
    """Applications whose name, slug or Tenant URL has the text, the worst status first."""
    found = with_status().order_by("name")
    if text := text.strip():
        found = found.filter(
            Q(name__icontains=text)
            | Q(slug__icontains=text)
            | Q(connection__tenant_url__icontains=text)
        )
    applications = list(found)
    rows = _with_figures(applications)
    if status:
        rows = [row for row in rows if row.standing == status]
    worst_first = list(STATUSES)
    return sorted(rows, key=lambda row: worst_first.index(row.standing))


def _with_figures(applications: Sequence[Application]) -> list[Row]:
    jobs = [one.job.pk for one in applications]
    people = dict(
        Link.objects.filter(job__in=jobs, object__kind="user")
        .values_list("job")
        .annotate(Count("pk"))
    )
    left_out = dict(
        Standing.objects.filter(job__in=jobs, object__kind="user", code__in=LEFT_OUT)
        .values_list("job")
        .annotate(Count("pk"))
    )
    cycles = _last_cycles(jobs)
    figures = cycle_figures([cycle for few in cycles.values() for cycle in few])
    return [
        _row(
            one,
            (people.get(one.job.pk, 0), left_out.get(one.job.pk, 0)),
            cycles[one.job.pk],
            figures,
        )
        for one in applications
    ]


def _row(
    application: Application,
    numbers: tuple[int, int],
    cycles: Sequence[Cycle],
    figures: dict[object, tuple[int, int]],
) -> Row:
    people, skipped = numbers
    values = [figures.get(cycle.plan_id, (0, 0)) for cycle in cycles]
    return Row(
        application=application,
        standing=standing_of(application),
        status=status_of(application),
        people=people,
        failures=values[-1][1] if values else 0,
        skipped=skipped,
        last=cycles[-1] if cycles else None,
        chart=chart(values, room=CYCLES),
    )


def _last_cycles(jobs: Iterable[int]) -> dict[int, list[Cycle]]:
    """The last twenty ended cycles of each job, oldest first."""
    newest = Window(RowNumber(), partition_by=[F("job")], order_by=F("number").desc())
    ended = Cycle.objects.filter(job__in=list(jobs), purpose=Purpose.CYCLE, ended__isnull=False)
    found: dict[int, list[Cycle]] = defaultdict(list)
    ranked = ended.annotate(rank=newest).filter(rank__lte=CYCLES).order_by("number")
    for cycle in ranked:
        found[cycle.job_id].append(cycle)
    return found


def cycle_figures(cycles: Iterable[Cycle]) -> dict[object, tuple[int, int]]:
    """By plan: how many rows were done or failed, and how many failed."""
    plans = [cycle.plan_id for cycle in cycles if cycle.plan_id]
    counted = (
        PlanRow.objects.filter(plan__in=plans)
        .values("plan")
        .annotate(
            all=Count("pk", filter=Q(state__in=[RowState.DONE, RowState.FAILED, RowState.STALE])),
            failed=Count("pk", filter=Q(state=RowState.FAILED)),
        )
    )
    return {one["plan"]: (one["all"], one["failed"]) for one in counted}
