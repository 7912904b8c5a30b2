"""When the next request may leave, given a quota per minute. Pure: time is an argument.

Two rules. In no 60 seconds leave more than 98 % of the quota, so that neither a fixed nor a sliding
window at the target is ever overrun. And after a short free burst, so that a small cycle does not
crawl, requests leave evenly, so that a removal never waits for a window to end. A burst is also
what makes up for a worker that woke too late: on a busy machine the quota would stay unused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WINDOW = 60.0
SHARE = 0.98
FREE = 0.10
GRAIN = 0.25
"""Requests are counted in grains of so many seconds; a whole grain is forgotten at once, late."""

TOLERANCE = 1e-6
"""Seconds that are no difference: sums of intervals are not exact."""

NEVER = float("-inf")


@dataclass(slots=True)
class Pace:
    """The requests of the last minute, whoever sent them."""

    due: float = NEVER
    """When the next one would leave if all left evenly."""
    grains: list[list[int]] = field(default_factory=list)
    """How many left in which grain of time: [grain, count], the oldest first."""

    def ready_at(self, now: float, per_minute: float | None) -> float:
        """The earliest moment, not before `now`, at which a request may leave."""
        if per_minute is None:
            return now
        most, _, ahead = _rules(per_minute)
        return max(now, self.due - ahead, self._room_at(now, most))

    def room(self, now: float, per_minute: float) -> int:
        """How many requests may leave now, at once."""
        most, interval, ahead = _rules(per_minute)
        early = max(self.due, now) - ahead - now
        if early > TOLERANCE:
            return 0
        evenly = int(TOLERANCE - early / interval) + 1
        return max(0, min(evenly, most - self.sent(now)))

    def take(self, now: float, number: int, per_minute: float | None) -> None:
        """Count requests that leave now; also while no quota is known, for when one is learnt."""
        self.sent(now)
        grain = int(now // GRAIN)
        if number and self.grains and self.grains[-1][0] >= grain:
            self.grains[-1][1] += number
        elif number:
            self.grains.append([grain, number])
        if per_minute is not None:
            self.due = max(self.due, now) + number * _rules(per_minute)[1]

    def sent(self, now: float) -> int:
        """How many requests left in the last minute; older ones are forgotten."""
        while self.grains and _forgotten_at(self.grains[0][0]) <= now:
            self.grains.pop(0)
        return sum(count for _, count in self.grains)

    def _room_at(self, now: float, most: int) -> float:
        """When the window has room for one more."""
        over = self.sent(now) - most
        for grain, count in self.grains:
            if over < 0:
                break
            over -= count
            now = _forgotten_at(grain)
        return now


def _rules(per_minute: float) -> tuple[int, float, float]:
    """The most in a window, seconds between two, and seconds by which a burst may be early."""
    most = max(1, int(per_minute * SHARE))
    interval = WINDOW / most
    return most, interval, int(most * FREE) * interval


def _forgotten_at(grain: int) -> float:
    return (grain + 1) * GRAIN + WINDOW
