"""The list of the log page: a page of entries, what is around it, and what is newer (S17).

A page reads by key: entries before the last one shown. Counts stop at a limit, so that a million
entries cost no more than ten thousand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from console.pages.filters import Count
from console.pages.log_wanted import Selection, conditions
from provisioning.models import Application, LogEntry

PAGE_SIZE = 50
COUNTED = 10_000
NEWER = 1_000


@dataclass(slots=True)
class Found:
    """One page of entries; `more` is the key of the page after it."""

    entries: list[LogEntry]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where an entry stands in the page it was opened from."""

    newer: LogEntry | None = None
    older: LogEntry | None = None
    place: int = 0


def select(application: Application | None, wanted: Selection) -> QuerySet[LogEntry]:
    """The entries, newest first; of every application when none is given."""
    entries = LogEntry.objects.select_related("job__application", "cycle", "object")
    if application is not None:
        entries = entries.filter(job=application.job)
    for condition in conditions(wanted):
        entries = entries.filter(condition)
    return entries.order_by("-at", "-pk")


def found(application: Application | None, wanted: Selection, before: str = "") -> Found:
    """A page of entries."""
    entries = select(application, wanted)
    last = _entry(before)
    if last is not None:
        entries = entries.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    page = list(entries[: PAGE_SIZE + 1])
    more = str(page[PAGE_SIZE - 1].pk) if len(page) > PAGE_SIZE else ""
    return Found(page[:PAGE_SIZE], more)


def counted(application: Application | None, wanted: Selection) -> Count:
    """How many entries there are."""
    number = select(application, wanted).order_by()[:COUNTED].count()
    return Count(number, number >= COUNTED)


def newer(application: Application | None, wanted: Selection, than: str) -> Count:
    """How many entries there are by now above the first one shown; above nothing: all."""
    entries = select(application, wanted)
    first = _entry(than)
    if first is not None:
        entries = entries.filter(Q(at__gt=first.at) | Q(at=first.at, pk__gt=first.pk))
    number = entries.order_by()[:NEWER].count()
    return Count(number, number >= NEWER)


def facets(application: Application | None, wanted: Selection) -> tuple[Counts, Counts]:
    """How many of each status and of each operation the other filters leave, in one query."""
    others = replace(wanted, statuses=(), operations=(), view="everything")
    pairs = select(application, others).values_list("status", "operation")[:COUNTED]
    statuses: Counter[str] = Counter()
    operations: Counter[str] = Counter()
    total = 0
    for status, operation in pairs:
        total += 1
        if not wanted.operations or operation in wanted.operations:
            statuses[status] += 1
        if not wanted.statuses or status in wanted.statuses:
            operations[operation] += 1
    capped = total >= COUNTED
    return Counts(statuses, capped), Counts(operations, capped)


@dataclass(frozen=True, slots=True)
class Counts:
    """By value how many there are; of a long log the newest were counted."""

    numbers: Counter[str]
    capped: bool

    def of(self, value: str) -> Count:
        """How many have this value."""
        return Count(self.numbers[value], self.capped and self.numbers[value] > 0)


def neighbours(page: Found, opened: LogEntry, *, first: bool) -> Neighbours:
    """The entries beside the one that is open; its place is known on the first page only."""
    keys = [one.pk for one in page.entries]
    if opened.pk not in keys:
        return Neighbours()
    index = keys.index(opened.pk)
    around = [None, *page.entries, None]
    return Neighbours(around[index], around[index + 2], index + 1 if first else 0)


def _entry(key: str) -> LogEntry | None:
    try:
        return LogEntry.objects.only("at").filter(pk=key).first() if key else None
    except (ValueError, ValidationError):
        return None
