"""The deletion guard: what is allowed without a person, and what the sentence says."""

from __future__ import annotations

import pytest

from provisioning.core.definition import GuardLimits
from provisioning.core.guard import allowed_removals, judge_removals

DEFAULT = GuardLimits()


@pytest.mark.parametrize(
    ("linked", "allowed"),
    [
        (0, 3),
        (10, 3),
        (60, 3),
        (79, 3),
        (80, 4),
        (199, 9),
        (2_000, 100),
        (2_001, 100),
        (90_000, 100),
    ],
)
def test_allowed_is_five_percent_rounded_down_at_least_three_at_most_a_hundred(
    linked: int, allowed: int
):
    assert allowed_removals(DEFAULT, linked) == allowed


@pytest.mark.parametrize(
    ("removals", "recent", "holds"),
    [(3, 0, False), (4, 0, True), (1, 3, True), (2, 1, False), (0, 99, False)],
)
def test_F27_slices_of_a_day_add_up(removals: int, recent: int, holds: bool):
    verdict = judge_removals(DEFAULT, removals=removals, recent=recent, linked=10)

    assert verdict.holds is holds


def test_at_most_wins_over_at_least():
    assert allowed_removals(GuardLimits(percent=50, at_least=10, at_most=2), 100) == 2


def test_the_verdict_names_its_figures():
    document = judge_removals(DEFAULT, removals=5, recent=1, linked=10).as_document()

    assert document["verdict"] == "hold"
    assert document["removals"] == 5
    assert document["allowed"] == 3
