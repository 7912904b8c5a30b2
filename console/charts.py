"""Numbers to the geometry of small bar charts: pure, drawn by templates as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 200, 42
"""The view box; the width is shared by as many bars as a chart has room for."""
LEAST = 2.0
"""A value above zero is never so small that nobody sees it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, the failed part on top: positions and sizes in the view box."""

    x: float
    width: float
    y: float
    height: float
    failed_y: float
    failed_height: float


def bars(values: Sequence[tuple[int, int]], *, room: int = 20) -> list[Bar]:
    """A bar per (all, failed), oldest first; `room` bars fill the width."""
    highest = max((total for total, _ in values), default=0) or 1
    step = WIDTH / room
    return [
        _bar(index * step, step * 0.72, _height(total, highest), _height(failed, highest))
        for index, (total, failed) in enumerate(values)
    ]


def _bar(x: float, width: float, height: float, failed: float) -> Bar:
    height = max(height, failed)
    return Bar(
        x=round(x, 2),
        width=round(width, 2),
        y=round(HEIGHT - height + failed, 2),
        height=round(height - failed, 2),
        failed_y=round(HEIGHT - height, 2),
        failed_height=round(failed, 2),
    )


def _height(value: int, highest: int) -> float:
    return max(LEAST, value / highest * HEIGHT) if value > 0 else 0.0
