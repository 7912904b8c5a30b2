"""How far a running cycle is: what the bar, the rate and the time left are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.vocabulary import Phase
from provisioning.engine.progress import EXECUTION, STAGES, Counts, Stage, progress

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def of(phase=Phase.CHANGES, age=MINUTE, **counts):
    return progress(phase, Counts(**counts), age, NOW)


def test_every_phase_belongs_to_a_stage_that_people_know():
    assert set(STAGES) == set(Phase)
    assert set(STAGES.values()) == set(Stage)


def test_a_cycle_counts_people_not_pages():
    found = of(rows=200, rows_done=50, lately=50)

    assert (found.done, found.total) == (50, 200)
    assert 0.24 < found.share < 0.5


@pytest.mark.parametrize(
    ("age", "lately", "rate"),
    [
        (timedelta(seconds=10), 20, 2.0),
        (MINUTE, 60, 1.0),
        (10 * MINUTE, 60, 1.0),
        (0 * MINUTE, 0, 0),
    ],
)
def test_the_rate_is_that_of_the_last_minute(age, lately, rate):
    assert of(age=age, lately=lately).rate == rate


@pytest.mark.parametrize(
    ("phase", "age", "rows_done", "lately", "left"),
    [
        (Phase.CHANGES, MINUTE, 100, 60, 100),
        (Phase.CHANGES, timedelta(seconds=10), 100, 60, None),
        (Phase.CHANGES, MINUTE, 100, 0, None),
        (Phase.MATCH, MINUTE, 0, 60, None),
        (Phase.CLOSE, MINUTE, 200, 60, None),
    ],
    ids=["known", "too young", "standing still", "deciding", "closing"],
)
def test_the_time_left_is_told_only_when_it_can_be_known(phase, age, rows_done, lately, left):
    assert of(phase, age, rows=200, rows_done=rows_done, lately=lately).left == left


@pytest.mark.parametrize(
    ("quiet", "age", "stalled"),
    [
        (timedelta(seconds=119), 10 * MINUTE, False),
        (timedelta(seconds=120), 10 * MINUTE, True),
        (None, timedelta(seconds=119), False),
        (None, timedelta(seconds=120), True),
    ],
)
def test_two_minutes_without_a_sign_are_called_stalled(quiet, age, stalled):
    sign = None if quiet is None else NOW - quiet

    assert of(age=age, last_sign=sign).stalled is stalled


@given(
    st.integers(1, 500).flatmap(lambda rows: st.tuples(st.just(rows), st.integers(0, rows))),
    st.integers(1, 50).flatmap(lambda units: st.tuples(st.just(units), st.integers(0, units))),
)
def test_the_bar_never_goes_back_from_phase_to_phase(rows, units):
    shares = []
    for phase in Phase:
        begin = of(phase, rows=rows[0], units=units[0]).share
        part = of(phase, rows=rows[0], rows_done=rows[1], units=units[0], units_done=units[1]).share
        assert 0 <= begin <= part <= 1
        if phase not in EXECUTION:
            shares.append(begin)
    assert shares == sorted(shares)


@pytest.mark.parametrize("done", [0, 69, 70, 139, 199, 200])
def test_the_quarter_announced_is_the_last_one_passed(done):
    found = of(rows=200, rows_done=done)

    assert found.quarter in (0, 25, 50, 75)
    assert found.quarter <= found.share * 100 < found.quarter + 25
