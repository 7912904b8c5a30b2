"""Failures grouped by what caused them, and how many of each still wait for another try (S17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, Min

from console.pages.log_list import PAGE_SIZE, select
from console.pages.log_wanted import Selection
from provisioning.engine.causes import cause
from provisioning.models import Application, Escrow, Job


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Failures of one cause; `waiting` of the people and groups have not succeeded since."""

    code: str
    text: str
    count: int
    people: int
    first: datetime
    last: datetime
    waiting: int


def causes(application: Application | None, wanted: Selection) -> list[CauseGroup]:
    """Failures grouped by their code, the most frequent first."""
    failures = select(application, replace(wanted, view="everything", statuses=("failure",)))
    groups = (
        failures.order_by()
        .values("error__errorCode")
        .annotate(n=Count("pk"), people=Count("source_id", distinct=True), a=Min("at"), z=Max("at"))
        .order_by("-n")[:PAGE_SIZE]
    )
    codes = [one["error__errorCode"] or "" for one in groups]
    waiting = _waiting(application, codes)
    return [
        CauseGroup(
            code=code,
            text=cause(code),
            count=one["n"],
            people=one["people"],
            first=one["a"],
            last=one["z"],
            waiting=waiting.get(code, 0),
        )
        for code, one in zip(codes, groups, strict=True)
    ]


def names_waiting(job: Job, code: str, most: int) -> list[str]:
    """The first of those who wait because of this cause."""
    waiting = Escrow.objects.filter(job=job, code=code).heeded().select_related("object")
    return [str(one.object) for one in waiting.order_by("object__display_name", "pk")[:most]]


def _waiting(application: Application | None, codes: Iterable[str]) -> dict[str, int]:
    """Of one application, because a retry begins a cycle of one."""
    if application is None:
        return {}
    rows = Escrow.objects.filter(job=application.job, code__in=list(codes)).heeded()
    return dict(rows.order_by().values_list("code").annotate(Count("pk")))
