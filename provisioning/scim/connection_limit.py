"""How many requests may be under way at once: a little more while it goes well, half when not.

Additive increase, multiplicative decrease, as TCP does it: the target's own answers, and how long
they take, find the number that it carries. One bad moment halves once, however many requests were
under way in it.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST = 32
STRAINED = 4.0
"""Answers that take so many times as long as the quickest show that the target is at its limit."""
SLOW = 0.5
"""Seconds below which no answer is called slow, however quick others were."""
SETTLES = 10.0
"""Seconds that a smaller number is given to show in the answers before they are judged again."""
WEIGHT = 0.1
FORGETS = 1.01


@dataclass(slots=True)
class ConnectionLimit:
    """A number between 1 and the permitted one, and how long answers take, in seconds."""

    number: float = 0.0
    halved_at: float = float("-inf")
    quickest: float = 0.0
    recent: float = 0.0

    def begin(self, first: int, most: int) -> None:
        """With so many, unless more is known already."""
        self.number = self.number or float(max(1, min(first, most, MOST)))

    def at_most(self, most: int) -> int:
        """The number as it holds for somebody with a ceiling of their own."""
        return max(1, min(int(self.number), most, MOST))

    def went_well(self, answers: int, most: int) -> None:
        """One more connection after about as many good answers as there are connections."""
        if not self.is_strained:
            self.number = min(max(1, min(most, MOST)), self.number + answers / self.number)

    def overloaded(self, *, sent: float, now: float) -> None:
        """Halve, unless the request left before the last halving could have had an effect."""
        if sent >= self.halved_at:
            self.number = max(1.0, self.number / 2)
            self.halved_at = now

    def took(self, answers: int, mean: float, least: float, now: float) -> None:
        """Learn how long answers took; far longer than the quickest is a sign of overload."""
        self.quickest = min(least, self.quickest * FORGETS) if self.quickest else least
        share = min(1.0, WEIGHT * answers) if self.recent else 1.0
        self.recent += (mean - self.recent) * share
        if self.is_strained and now - self.halved_at >= SETTLES:
            self.overloaded(sent=now, now=now)

    @property
    def is_strained(self) -> bool:
        """Whether answers take so long that more requests at once would only queue."""
        return self.recent > max(SLOW, STRAINED * self.quickest)
