"""Who waits for another try: by cause, one line each, and the one person of a person's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from provisioning.engine.causes import cause
from provisioning.engine.clock import Clock
from provisioning.models import DirectoryObject, Escrow, Job


@dataclass(frozen=True, slots=True)
class CauseWaiting:
    """How many wait because of one cause; `heeded` of them are tried again."""

    code: str
    text: str
    number: int
    heeded: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One object: its failure, and whether its time has come already."""

    escrow: Escrow
    cause: str
    ignored: bool
    due: bool


def cause_groups(job: Job) -> list[CauseWaiting]:
    """The causes, the most frequent first."""
    everything = Escrow.objects.filter(job=job).order_by()
    heeded = dict(everything.heeded().values_list("code").annotate(Count("pk")))
    numbers = everything.values_list("code").annotate(n=Count("pk")).order_by("-n", "code")
    return [CauseWaiting(code, cause(code), n, heeded.get(code, 0)) for code, n in numbers]


def waiting_rows(page: Iterable[Escrow]) -> list[WaitingRow]:
    """The lines of one page."""
    now = Clock().now()
    return [WaitingRow(one, cause(one.code), one.ignored, due=one.next_try <= now) for one in page]


def waiting_row(job: Job, row: DirectoryObject, escrow: Escrow | None) -> WaitingRow | None:
    """The line of one person, whose page read all of this already."""
    if escrow is None:
        return None
    escrow.job, escrow.object = job, row
    return waiting_rows([escrow])[0]
