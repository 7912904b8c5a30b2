"""Time that passes only when a test says so, for everything that records when it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from provisioning.engine.clock import Clock


@dataclass
class Calendar:
    """The time of the engine and of Django's own fields."""

    now: datetime = datetime(2030, 3, 1, 9, tzinfo=UTC)

    def advance(self, **span: float) -> datetime:
        """Let time pass and answer what it is then."""
        self.now += timedelta(**span)
        return self.now


def installed(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """A calendar that everything goes by until the test ends."""
    calendar = Calendar()
    monkeypatch.setattr(Clock, "now", lambda clock: clock.fixed or calendar.now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: calendar.now)
    return calendar
