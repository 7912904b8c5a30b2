"""Intervals of DateAdd and DateDiff, counted as VB.NET counts them (entra-provisioning 7.2)."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

STEPS = {
    "ww": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
INTERVALS = ("yyyy", "m", *STEPS)


def moved(moment: datetime, interval: str, number: int) -> datetime:
    """The moment so many intervals later.

    Raises `OverflowError` or `ValueError` outside the years 1 to 9999.
    """
    if interval in STEPS:
        return moment + STEPS[interval] * number
    return _months_later(moment, number * (12 if interval == "yyyy" else 1))


def between(interval: str, first: datetime, second: datetime) -> int:
    """How many intervals the second moment lies after the first; negative when before."""
    match interval:
        case "yyyy":
            return second.year - first.year
        case "m":
            return (second.year - first.year) * 12 + second.month - first.month
        case "ww":
            return _weeks(first, second)
    whole = abs(second - first) // STEPS[interval]
    return whole if second >= first else -whole


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of another month, or its last."""
    count = moment.year * 12 + moment.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def _weeks(first: datetime, second: datetime) -> int:
    """Whole weeks from the Sunday before the first to the Sunday before the second."""
    since_sunday = [moment.isoweekday() % 7 for moment in (first, second)]
    difference = second - first + timedelta(days=since_sunday[0] - since_sunday[1])
    weeks = abs(difference) // timedelta(weeks=1)
    return weeks if difference > timedelta() else -weeks
