"""When the next request may leave, given a quota per minute. Pure: time is an argument.

Two rules. In no 60 seconds leave more than 98 % of the quota, so that neither a fixed nor a sliding
window at the target is ever overrun. And after a short free burst, so that a small cycle does not
crawl, requests leave evenly, so that a removal never waits for a window to end.
"""

from __future__ import annotations

from collections import deque

WINDOW = 60.0
SHARE = 0.98
FREE = 0.10


class Pace:
    """The requests of the last minute, and the quota they are held against."""

    def __init__(self, per_minute: float | None = None) -> None:
        self.per_minute = per_minute
        self._sent: deque[float] = deque()

    def ready_at(self, now: float) -> float:
        """The earliest moment, not before `now`, at which a request may leave."""
        if self.per_minute is None:
            return now
        self._forget(now)
        most = max(1, int(self.per_minute * SHARE))
        ready = now
        if len(self._sent) >= most:
            ready = self._sent[-most] + WINDOW
        if len(self._sent) > most * FREE:
            ready = max(ready, self._sent[-1] + WINDOW / most)
        return ready

    def take(self, now: float) -> None:
        """Count a request that leaves now; also while no quota is known, for when one is learnt."""
        self._forget(now)
        self._sent.append(now)

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] <= now - WINDOW:
            self._sent.popleft()
