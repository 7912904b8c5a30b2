"""The rate window: so many requests a token in a fixed window that starts with the first call.

Genesys Cloud shows it in three headers and refuses with 429 and Retry-After (genesys-scim 9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of one token's window after a request."""

    allowed: int
    used: int
    reset: int

    @property
    def exceeded(self) -> bool:
        """Tell whether this request is one too many."""
        return self.used > self.allowed

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers that tell the client."""
        return (
            ("inin-ratelimit-count", str(min(self.used, self.allowed))),
            ("inin-ratelimit-allowed", str(self.allowed)),
            ("inin-ratelimit-reset", str(self.reset)),
        )


class Quota:
    """The windows of all tokens; an allowance of 0 is no limit."""

    def __init__(self, allowed: int, window: float) -> None:
        """Start with no window open."""
        self._allowed = allowed
        self._window = window
        self._opened: dict[str, tuple[float, int]] = {}

    def count(self, token: str, now: float) -> Allowance | None:
        """Count one request; None without a limit."""
        if not self._allowed:
            return None
        opened, used = self._opened.get(token, (now, 0))
        if not 0 <= now - opened < self._window:
            opened, used = now, 0
        self._opened[token] = (opened, used + 1)
        left = max(1, math.ceil(opened + self._window - now))
        return Allowance(self._allowed, used + 1, left)

    def clear(self) -> None:
        """Forget every window."""
        self._opened.clear()
