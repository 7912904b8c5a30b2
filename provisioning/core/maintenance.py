"""Maintenance windows of an application: times at which it is known not to work.

Pure: the time is an argument. A window is a span of one date to another, or hours of a weekday that
come every week; both by the wall clock of a time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from provisioning.core.errors import ConfigurationError
from provisioning.core.quiet_hours import QuietHours, read_quiet_hours, read_zone
from provisioning.core.wording import gettext_noop

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONGEST = timedelta(days=14)
"""A longer window would keep leavers in the application for weeks without anybody deciding it."""
MOST = 50

_WEEKLY = re.compile(rf"({'|'.join(DAYS)})\w*\s+(\S.*)", re.IGNORECASE)
_MOMENT = r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)"
_ONCE = re.compile(rf"{_MOMENT}\s*[-–]\s*{_MOMENT}(?:\s+(\S+))?")
EXAMPLE = gettext_noop(
    "Write it as in Sun 02:00-06:00 Europe/Paris, or as in 2026-12-05 22:00 - 2026-12-06 04:00 "
    "Europe/Paris."
)


@dataclass(frozen=True, slots=True)
class Once:
    """From one moment up to another."""

    begin: datetime
    end: datetime

    def __str__(self) -> str:
        zone = getattr(self.begin.tzinfo, "key", "UTC")
        return f"{self.begin:%Y-%m-%d %H:%M} - {self.end:%Y-%m-%d %H:%M} {zone}"

    def contain(self, now: datetime) -> bool:
        """Whether it is in progress now; `now` knows its zone."""
        return self.begin <= now < self.end

    def over_at(self, now: datetime) -> datetime:
        """When it is over, whenever that is."""
        return self.end


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours that begin on a weekday, Monday being 0, every week; they may go over midnight."""

    day: int
    hours: QuietHours

    def __str__(self) -> str:
        return f"{DAYS[self.day]} {self.hours}"

    def contain(self, now: datetime) -> bool:
        """Whether the hours that began on the day are in progress now."""
        here = now.astimezone(self.hours.zone)
        since_yesterday = self.hours.end <= self.hours.begin and here.time() < self.hours.end
        began = here.weekday() - (1 if since_yesterday else 0)
        return self.hours.contain(now) and began % 7 == self.day

    def over_at(self, now: datetime) -> datetime:
        """When the hours that `now` is in are over."""
        return self.hours.over_at(now)


Window: TypeAlias = Once | Weekly


def read_window(text: str) -> Window:
    """One window as `EXAMPLE` writes it; without a zone it is UTC. Raises `ConfigurationError`."""
    written = " ".join(text.split())
    if weekly := _WEEKLY.fullmatch(written):
        day = [one.lower() for one in DAYS].index(weekly[1].lower())
        return Weekly(day, read_quiet_hours(weekly[2]))
    once = _ONCE.fullmatch(written)
    if once is None:
        raise _refused(gettext_noop("“%(text)s” is no maintenance window."), text)
    zone = read_zone(once[5] or "UTC")
    try:
        begin, end = (
            datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone)
            for day, clock in ((once[1], once[2]), (once[3], once[4]))
        )
    except ValueError:
        raise _refused(
            gettext_noop("“%(text)s” names a time that no calendar has."), text
        ) from None
    if not begin < end <= begin + LONGEST:
        raise _refused(
            gettext_noop("“%(text)s” does not end within two weeks after it begins."), text
        )
    return Once(begin, end)


def over_at(windows: Iterable[str], now: datetime) -> datetime | None:
    """When the maintenance that is in progress now is over; `None` when none is."""
    read = (read_window(text) for text in windows)
    return max((one.over_at(now) for one in read if one.contain(now)), default=None)


def _refused(message: str, text: str) -> ConfigurationError:
    return ConfigurationError(message, params={"text": text[:60]}, advice=EXAMPLE)
