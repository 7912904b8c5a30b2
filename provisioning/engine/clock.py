"""Time for the engine: one clock for decisions, which --now-is may replace, and one for leases.

Leases always use the database's clock, so that machines need not agree on the time (F32).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from provisioning.scim.deadline import running_clock

__all__ = ["Clock", "database_now", "running_clock", "wall_clock"]


def database_now() -> datetime:
    """The database's own time, in UTC."""
    if connection.vendor == "sqlite":
        query = "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"
    else:
        query = "SELECT clock_timestamp()"
    with connection.cursor() as cursor:
        cursor.execute(query)
        (value,) = cursor.fetchone()
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC)


def wall_clock() -> float:
    """Seconds since 1970 as the machine's clock has it, which people and NTP may set (F32)."""
    return time.time()


@dataclass(frozen=True, slots=True)
class Clock:
    """What `now` is for retries, timers, the guard's window, back-off and recorded times."""

    fixed: datetime | None = None

    def now(self) -> datetime:
        """The fixed time if one was given, else the real one."""
        # The one place where the engine looks at the machine's clock.
        return self.fixed or datetime.now(UTC)  # noqa: TID251
