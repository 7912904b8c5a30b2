"""Which entries the log page shows: filters, facets, groups by cause (S17).

A page reads by key: entries before the last one shown. Counts stop at a limit, so that a million
entries cost no more than ten thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware

from console.log_search import read_search
from provisioning.core.vocabulary import Operation, Status
from provisioning.engine.causes import cause
from provisioning.models import Application, LogEntry

PAGE_SIZE = 50
COUNTED = 10_000
VIEWS = ("changes", "everything", "causes")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; nothing given asks for all of a view."""

    view: str = "changes"
    text: str = ""
    statuses: tuple[str, ...] = ()
    operation: str = ""
    kind: str = ""
    cause: str = ""
    cycle: str = ""
    since: str = ""
    user: str = ""
    typed: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the view was chosen."""
        return self != Selection(view=self.view)


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Failures of one cause."""

    code: str
    text: str
    count: int
    people: int
    first: datetime
    last: datetime


@dataclass(slots=True)
class Found:
    """One page of entries and the counts around it."""

    entries: list[LogEntry]
    count: int
    more: str = ""
    facets: dict[str, int] = field(default_factory=dict)

    @property
    def counted_out(self) -> bool:
        """Whether there are more than were counted."""
        return self.count >= COUNTED


def read_selection(data: Any) -> Selection:
    """The filters of a query string; what cannot exist is left out."""
    typed = read_search(data.get("q", "")[:400])
    chosen = [*data.getlist("status"), typed.keys.get("status", "")]
    operation = data.get("action") or typed.keys.get("action", "")
    view = data.get("view", "")
    return Selection(
        view=view if view in VIEWS else "changes",
        text=typed.words,
        statuses=tuple(one for one in chosen if one in list(Status)),
        operation=operation if operation in list(Operation) else "",
        kind=data.get("kind", "") if data.get("kind") in ("user", "group") else "",
        cause=(data.get("cause") or typed.keys.get("cause", ""))[:60],
        cycle=_digits(data.get("cycle") or typed.keys.get("cycle", "")),
        since=data.get("since", "") if _day(data.get("since", "")) else "",
        user=(data.get("user") or typed.keys.get("user", ""))[:120],
        typed=data.get("q", "")[:400],
    )


def select(application: Application | None, wanted: Selection) -> QuerySet[LogEntry]:
    """The entries, newest first; of every application when none is given."""
    entries = LogEntry.objects.select_related("job__application", "cycle", "object")
    if application is not None:
        entries = entries.filter(job=application.job)
    for condition in _conditions(wanted):
        entries = entries.filter(condition)
    return entries.order_by("-at", "-pk")


def found(application: Application | None, wanted: Selection, before: str = "") -> Found:
    """A page of entries, how many there are, and how many of each status."""
    entries = select(application, wanted)
    page = list(_before(entries, before)[: PAGE_SIZE + 1])
    more = str(page[PAGE_SIZE - 1].pk) if len(page) > PAGE_SIZE else ""
    others = select(application, replace(wanted, statuses=(), view="everything"))
    return Found(
        entries=page[:PAGE_SIZE],
        count=entries.order_by()[:COUNTED].count(),
        more=more,
        facets=dict(others.order_by().values_list("status").annotate(Count("pk"))),
    )


def causes(application: Application | None, wanted: Selection) -> list[CauseGroup]:
    """Failures grouped by their code, the most frequent first."""
    failures = select(application, replace(wanted, view="everything", statuses=("failure",)))
    counted = (
        failures.order_by()
        .values("error__code")
        .annotate(n=Count("pk"), people=Count("source_id", distinct=True), a=Min("at"), z=Max("at"))
        .order_by("-n")[:PAGE_SIZE]
    )
    return [
        CauseGroup(
            code=one["error__code"] or "",
            text=cause(one["error__code"] or ""),
            count=one["n"],
            people=one["people"],
            first=one["a"],
            last=one["z"],
        )
        for one in counted
    ]


def _conditions(wanted: Selection) -> list[Q]:
    conditions = []
    if wanted.view != "everything" and not wanted.statuses:
        conditions.append(~Q(status=Status.SKIPPED))
    if wanted.statuses:
        conditions.append(Q(status__in=wanted.statuses))
    if wanted.operation:
        conditions.append(Q(operation=wanted.operation))
    if wanted.kind:
        conditions.append(Q(kind=wanted.kind))
    if wanted.cause:
        conditions.append(Q(error__code=wanted.cause))
    if wanted.cycle:
        conditions.append(Q(cycle__number=int(wanted.cycle)))
    if day := _day(wanted.since):
        conditions.append(Q(at__gte=make_aware(datetime.combine(day, time()))))
    return conditions + [_about(text) for text in (wanted.text, wanted.user) if text]


def _about(text: str) -> Q:
    """Name, user name, ids, the target's own words."""
    return (
        Q(source_name__icontains=text)
        | Q(object__user_name__icontains=text)
        | Q(source_id=text)
        | Q(target_id=text)
        | Q(error__icontains=text)
    )


def _before(entries: QuerySet[LogEntry], key: str) -> QuerySet[LogEntry]:
    try:
        last = LogEntry.objects.filter(pk=key).first() if key else None
    except (ValueError, ValidationError):
        return entries
    if last is None:
        return entries
    return entries.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 10 else ""


def _day(text: str) -> date | None:
    """The day; none for 31 February as for no day at all."""
    try:
        return parse_date(text)
    except ValueError:
        return None
