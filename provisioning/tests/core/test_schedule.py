"""When something is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.core.schedule import (
    days_to_tell_of,
    next_cycle,
    next_escrow_try,
    next_quarantine_try,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INTERVAL = timedelta(minutes=40)


def test_the_next_cycle_is_one_interval_later():
    assert next_cycle(NOW, INTERVAL) == NOW + INTERVAL


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 0), (2, 80), (3, 160), (4, 320), (6, 1280), (7, 1440), (500, 1440)]
)
def test_an_escrow_is_due_with_the_next_cycle_then_doubles_to_a_day(tries: int, minutes: int):
    assert next_escrow_try(NOW, INTERVAL, tries) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 40), (2, 80), (3, 160), (6, 1280), (7, 1440), (500, 1440)]
)
def test_quarantine_backs_off_to_a_day(tries: int, minutes: int):
    assert next_quarantine_try(NOW, INTERVAL, tries) == NOW + timedelta(minutes=minutes)


def test_an_interval_longer_than_a_day_is_kept():
    two_days = timedelta(days=2)

    assert next_quarantine_try(NOW, two_days, 9) == NOW + two_days


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, None), (20, None), (21, 21), (26, 21), (27, 27), (28, 28), (34, 28), (35, 35), (366, 364)],
)
def test_a_long_quarantine_is_told_of_before_and_after_four_weeks(days: int, told: int | None):
    assert days_to_tell_of(NOW, NOW + timedelta(days=days, hours=23)) == told
