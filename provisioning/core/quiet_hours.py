"""Quiet hours of an application: hours of every day in which it is asked less, or nothing at all.

Pure: the time is an argument. The hours are those of a wall clock in a time zone, so that they
move with summer time; hours that end before they begin go over midnight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop

WRITTEN = re.compile(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)(?:\s+(\S+))?")
EXAMPLE = gettext_noop("Write it as in 08:00-18:00 Europe/Paris.")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` up to `end`, by the clock of `zone`."""

    begin: time
    end: time
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M} {self.zone.key}"

    def contain(self, now: datetime) -> bool:
        """Whether it is quiet now; `now` knows its zone."""
        here = now.astimezone(self.zone).time()
        if self.begin < self.end:
            return self.begin <= here < self.end
        return here >= self.begin or here < self.end

    def over_at(self, now: datetime) -> datetime:
        """When the hours that `now` is in, or that come next, are over."""
        here = now.astimezone(self.zone)
        end = datetime.combine(here.date(), self.end, self.zone)
        if end <= here:
            end = datetime.combine(here.date() + timedelta(days=1), self.end, self.zone)
        return end


def read_quiet_hours(text: str) -> QuietHours:
    """`08:00-18:00 Europe/Paris`; without a zone it is UTC. Raises `ConfigurationError`."""
    written = WRITTEN.fullmatch(text.strip())
    if written is None:
        raise _refused(gettext_noop("“%(text)s” are no quiet hours."), text)
    try:
        begin, end = time(int(written[1]), int(written[2])), time(int(written[3]), int(written[4]))
    except ValueError:
        raise _refused(
            gettext_noop("“%(text)s” names an hour that no clock shows."), text
        ) from None
    if begin == end:
        raise _refused(gettext_noop("“%(text)s” begin and end at the same time."), text)
    return QuietHours(begin, end, read_zone(written[5] or "UTC"))


def read_zone(name: str) -> ZoneInfo:
    """A time zone by its name, as in Europe/Paris. Raises `ConfigurationError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _refused(gettext_noop("“%(text)s” is no time zone."), name) from None


def _refused(message: str, text: str) -> ConfigurationError:
    return ConfigurationError(message, params={"text": text[:60]}, advice=EXAMPLE)
