"""How many requests may be under way at once: a little more while it goes well, half when not.

Additive increase, multiplicative decrease, as TCP does it: the target's own answers find the number
that it carries. One bad moment halves once, however many requests were under way in it.
"""

from __future__ import annotations

MOST = 32


class ConnectionLimit:
    """A number between 1 and the permitted one. Not locked: its governor is."""

    def __init__(self, first: int, most: int) -> None:
        self.most = max(1, min(most, MOST))
        self._limit = float(max(1, min(first, self.most)))
        self._halved_at = float("-inf")

    def __int__(self) -> int:
        return int(self._limit)

    def went_well(self) -> None:
        """One more connection after about as many good answers as there are connections."""
        self._limit = min(self.most, self._limit + 1 / self._limit)

    def overloaded(self, *, sent: float, now: float) -> None:
        """Halve, unless the request left before the last halving could have had an effect."""
        if sent >= self._halved_at:
            self._limit = max(1.0, self._limit / 2)
            self._halved_at = now
