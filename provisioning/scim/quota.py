"""What a target's answers say about its quota (genesys-scim.md, section 9; fault F07).

Genesys names its allowance in headers. Others only answer 429: when two windows in a row accepted
about the same number of requests, that number is the quota.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RESERVE = 0.01
"""The share of an announced allowance that is never touched: others use the same token."""
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

    def is_nearly_used(self, under_way: int) -> bool:
        """Whether, with the other requests under way, none or only the reserve is left."""
        left = self.allowed - self.used - max(0, under_way - 1)
        return left <= max(1.0, self.allowed * RESERVE)


@dataclass(slots=True)
class Quota:
    """Requests a minute, as announced, and as refusals teach."""

    announced: float | None = None
    observed: float | None = None
    previous: float | None = None
    accepted: int = 0
    window_began: float | None = None
    factor: float = 1.0
    changed_at: float = 0.0

    def per_minute(self, ceiling: float | None = None) -> float | None:
        """The quota to keep, never above the ceiling; None while nothing is known of any."""
        known = [ceiling, self.announced, self.observed]
        quotas = [quota for quota in known if quota is not None]
        return min(quotas) * self.factor if quotas else None

    def went_well(self, now: float, number: int) -> None:
        """Requests were not refused; a quota that was slowed for a refusal slowly recovers."""
        if self.window_began is None:
            self.window_began = now
        self.accepted += number
        if self.factor < 1.0 and now - self.changed_at >= 60.0:
            self.factor, self.changed_at = min(1.0, self.factor + STEP_UP), now

    def refused(self, now: float, wait: float, ceiling: float | None) -> None:
        """A 429 that no earlier one explains: keep further below a known quota, or learn one."""
        if self.per_minute(ceiling) is not None:
            self.factor = max(LOWEST, self.factor * STEP_DOWN)
            self.changed_at = now
        elif self.window_began is not None and wait >= SHORTEST_WAIT:
            self._learn(now + wait - self.window_began)
        self.accepted, self.window_began = 0, now + wait

    def _learn(self, seconds: float) -> None:
        if self.accepted < FEWEST or seconds <= 0:
            self.previous = None
            return
        rate = self.accepted * 60.0 / seconds
        if self.previous and abs(rate - self.previous) <= TOLERANCE * self.previous:
            self.observed = rate
        self.previous = rate
