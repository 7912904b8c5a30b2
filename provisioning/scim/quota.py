"""What a target's answers say about its quota (genesys-scim.md, section 9; fault F07).

Genesys names its allowance in headers. Others only answer 429: when two windows in a row accepted
about the same number of requests, that number is the quota.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 20
SHORTEST_WAIT = 5.0
TOLERANCE = 0.1
STEP_DOWN = 0.9
STEP_UP = 0.02
LOWEST = 0.2


@dataclass(frozen=True, slots=True)
class Allowance:
    """The three `inin-ratelimit-*` headers of one answer."""

    allowed: int
    used: int
    reset: float

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Allowance | None:
        """What the headers say; None when they are absent or not numbers."""
        try:
            allowed = int(headers.get("inin-ratelimit-allowed", ""))
            used = int(headers.get("inin-ratelimit-count", "0"))
            reset = float(headers.get("inin-ratelimit-reset", "0"))
        except ValueError:
            return None
        if allowed <= 0 or not 0 <= reset <= 3600:
            return None
        return cls(allowed, used, reset)


class Quota:
    """Requests a minute, as configured, as announced, and as refusals teach. Not locked."""

    def __init__(self, configured: float | None) -> None:
        self._configured = configured
        self._announced: float | None = None
        self._observed: float | None = None
        self._previous: float | None = None
        self._accepted = 0
        self._window_began: float | None = None
        self._factor = 1.0
        self._changed_at = 0.0

    def per_minute(self) -> float | None:
        """The quota to keep; None while nothing is known of any."""
        known = [self._configured, self._announced, self._observed]
        quotas = [quota for quota in known if quota is not None]
        return min(quotas) * self._factor if quotas else None

    def announced(self, allowed: int) -> None:
        """The target names its own quota."""
        self._announced = float(allowed)

    def accepted(self, now: float) -> None:
        """A request was not refused; a quota that was slowed for a refusal slowly recovers."""
        if self._window_began is None:
            self._window_began = now
        self._accepted += 1
        if self._factor < 1.0 and now - self._changed_at >= 60.0:
            self._factor, self._changed_at = min(1.0, self._factor + STEP_UP), now

    def refused(self, now: float, wait: float) -> None:
        """A 429 that no earlier one explains: keep further below a known quota, or learn one."""
        if self.per_minute() is not None:
            self._factor = max(LOWEST, self._factor * STEP_DOWN)
            self._changed_at = now
        elif self._window_began is not None and wait >= SHORTEST_WAIT:
            self._learn(now + wait - self._window_began)
        self._accepted, self._window_began = 0, now + wait

    def _learn(self, seconds: float) -> None:
        if self._accepted < FEWEST or seconds <= 0:
            self._previous = None
            return
        rate = self._accepted * 60.0 / seconds
        if self._previous and abs(rate - self._previous) <= TOLERANCE * self._previous:
            self._observed = rate
        self._previous = rate
