"""The timers of deletion as their page lists them, the next one first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from console.forms.leaving import EVENTS
from provisioning.engine import timers
from provisioning.models import Link


@dataclass(frozen=True, slots=True)
class Row:
    """An account, in which ways its person left, since when, and whether the time has come."""

    link: Link
    ways: list[str | Promise]
    since: datetime | None
    is_over: bool


def timer_rows(links: Iterable[Link], now: datetime) -> list[Row]:
    """A row for each of these accounts, all of which have a timer."""
    return [_row(link, now) for link in links]


def _row(link: Link, now: datetime) -> Row:
    since = timers.read(link)
    is_over = link.delete_at is not None and link.delete_at <= now
    ways: list[str | Promise] = [words for event, words in EVENTS.items() if event in since]
    return Row(link, ways, min(since.values(), default=None), is_over)
