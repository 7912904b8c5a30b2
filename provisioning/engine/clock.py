"""Time for the engine: one clock for decisions, which --now-is may replace, and one for leases.

Leases always use the database's clock, so that machines need not agree on the time (F32). For
decisions a worker asks once per tick or turn how far its own clock is from the database's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from provisioning.scim.deadline import running_clock

__all__ = ["Clock", "agree", "database_now", "running_clock", "wall_clock"]


@dataclass(slots=True)
class _Agreement:
    """How far this machine's clock is ahead of the database's, as last asked."""

    ahead: timedelta = timedelta()


_agreement = _Agreement()


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


def agree() -> None:
    """From now on decide by the database's time. SQLite has none of its own."""
    if connection.vendor != "sqlite":
        _agreement.ahead = _machine_now() - database_now()


def _machine_now() -> datetime:
    # The one place where the engine looks at the machine's clock.
    return datetime.now(UTC)  # noqa: TID251


def wall_clock() -> float:
    """Seconds since 1970 as the machine's clock has it, which people and NTP may set (F32)."""
    return time.time()


@dataclass(frozen=True, slots=True)
class Clock:
    """What `now` is for retries, timers, the guard's window, back-off and recorded times."""

    fixed: datetime | None = None

    def now(self) -> datetime:
        """The fixed time if one was given, else the real one."""
        return self.fixed or _machine_now() - _agreement.ahead
