"""Numbers to the geometry of a small bar chart: pure, drawn by a template as inline SVG.

A chart is two paths, not a rectangle per bar: a list shows twenty bars a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 42
STEP = 10
"""The view box: ten units for every bar there is room for."""
LEAST, SEEN = 2.0, 5.0
"""What changed nothing is a stub on the base line; a value above zero is never as small as that."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars as path data, and the part of them that failed."""

    width: int
    done: str
    failed: str
    cycles: int
    bad: int


def chart(values: Sequence[tuple[int, int]], *, room: int = 20) -> Chart:
    """A bar per (all, failed), oldest first; the newest stands at the right end of the row."""
    highest = max((total for total, _ in values), default=0) or 1
    done, failed = "", ""
    for place, (total, wrong) in enumerate(values, start=room - len(values)):
        above = _height(wrong, highest) if wrong else 0.0
        whole = max(_height(total, highest), above)
        done += _bar(place, 0.0, whole - above)
        failed += _bar(place, whole - above, whole)
    bad = sum(1 for _total, wrong in values if wrong)
    return Chart(room * STEP, done, failed, len(values), bad)


def _height(value: int, highest: int) -> float:
    return max(SEEN, value / highest * HEIGHT) if value > 0 else LEAST


def _bar(place: int, low: float, high: float) -> str:
    """A rectangle between two heights; nothing when they are the same."""
    if high <= low:
        return ""
    return f"M{place * STEP + 1} {HEIGHT - low:g}v{low - high:g}h8V{HEIGHT - low:g}z"
