"""When something is tried again: intervals, escrow and quarantine back-off as functions of time.

Escrows: the first retry with the next cycle, then after 2, 4, 8 … intervals, up to a day
(entra-provisioning 10, Ours). Quarantine: after 1, 2, 4 … intervals up to a day (11, Ours).
"""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST = timedelta(days=1)
REMINDERS = (21, 27, 28)
"""Days of quarantine after which people are told again; from the last on, every week.

Entra switches a job off after 28 days. Ours goes on trying: a silent end helps nobody.
"""
FIRST_REMINDER = timedelta(days=REMINDERS[0])


def next_cycle(now: datetime, interval: timedelta) -> datetime:
    """When the next regular cycle is due."""
    return now + interval


def next_escrow_try(now: datetime, interval: timedelta, tries: int) -> datetime:
    """When an object that failed `tries` times is tried again; at once for the next cycle."""
    if tries <= 1:
        return now
    return now + _doubled(interval, tries - 1)


def next_quarantine_try(now: datetime, interval: timedelta, tries: int) -> datetime:
    """When a quarantined job tries again after `tries` unhealthy cycles."""
    return now + _doubled(interval, tries - 1)


def days_to_tell_of(since: datetime, now: datetime) -> int | None:
    """The day of a long quarantine that people should have been told of by now, the latest."""
    days = (now - since).days
    last = REMINDERS[-1]
    if days >= last:
        return days - (days - last) % 7
    return max((day for day in REMINDERS if day <= days), default=None)


def _doubled(interval: timedelta, times: int) -> timedelta:
    """The interval doubled `times` times, never over a day unless the interval itself is."""
    longest = max(LONGEST, interval)
    # Beyond 2^20 intervals every interval is over a day; larger powers only overflow.
    factor: int = 1 << min(max(times, 0), 20)
    return min(interval * factor, longest)
