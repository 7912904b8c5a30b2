"""Bars of the last cycles: in their places, from the right, nothing too small to be seen."""

from __future__ import annotations

import re

import pytest

from console.pages.charts import HEIGHT, LEAST, SEEN, chart


def bars(path):
    """(left edge, height) of every bar of a path."""
    found = re.findall(r"M(\d+) [\d.]+v(-[\d.]+)h8", path)
    return [(int(x), -float(height)) for x, height in found]


@pytest.mark.parametrize(("cycles", "first"), [(1, 191), (3, 171), (20, 1)])
def test_the_newest_cycle_stands_at_the_right_end_of_the_row(cycles, first):
    drawn = bars(chart([(5, 0)] * cycles, room=20).done)

    assert [x for x, _height in drawn] == list(range(first, 200, 10))


def test_the_largest_fills_the_height_and_a_cycle_without_change_is_a_stub():
    heights = [height for _x, height in bars(chart([(1000, 0), (1, 0), (0, 0)]).done)]

    assert heights == [HEIGHT, SEEN, LEAST]


def test_what_failed_stands_on_what_was_done():
    drawn = chart([(10, 4), (10, 10)])

    assert bars(drawn.done) == [(181, pytest.approx(HEIGHT * 0.6))]
    assert [height for _x, height in bars(drawn.failed)] == [pytest.approx(HEIGHT * 0.4), HEIGHT]
    assert (drawn.cycles, drawn.bad) == (2, 2)
