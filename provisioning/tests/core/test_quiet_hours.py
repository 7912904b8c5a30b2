"""Quiet hours are hours of a wall clock, over midnight and through summer time too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.errors import ConfigurationError
from provisioning.core.quiet_hours import read_quiet_hours

OFFICE = read_quiet_hours("08:00-18:00 Europe/Paris")
NIGHT = read_quiet_hours("22:30 – 06:00")


@pytest.mark.parametrize(
    ("hours", "at", "quiet", "over"),
    [
        (OFFICE, "2026-11-28T06:59:59+00:00", False, "2026-11-28T17:00:00+00:00"),
        (OFFICE, "2026-11-28T07:00:00+00:00", True, "2026-11-28T17:00:00+00:00"),
        (OFFICE, "2026-11-28T17:00:00+00:00", False, "2026-11-29T17:00:00+00:00"),
        (OFFICE, "2026-07-01T06:00:00+00:00", True, "2026-07-01T16:00:00+00:00"),
        (OFFICE, "2026-07-01T16:30:00+00:00", False, "2026-07-02T16:00:00+00:00"),
        (NIGHT, "2026-11-28T22:29:00+00:00", False, "2026-11-29T06:00:00+00:00"),
        (NIGHT, "2026-11-28T23:00:00+00:00", True, "2026-11-29T06:00:00+00:00"),
        (NIGHT, "2026-11-29T05:59:00+00:00", True, "2026-11-29T06:00:00+00:00"),
    ],
)
def test_whether_it_is_quiet_and_until_when(hours, at, quiet, over):
    now = datetime.fromisoformat(at)

    assert (hours.contain(now), hours.over_at(now)) == (quiet, datetime.fromisoformat(over))


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  given a zone below
    st.sampled_from([OFFICE, NIGHT]),
)
def test_when_they_are_over_it_is_not_quiet_and_lies_ahead(moment, hours):
    now = moment.replace(tzinfo=UTC)
    over = hours.over_at(now)

    assert now < over <= now + timedelta(hours=25)
    assert not hours.contain(over)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("at night", "no quiet hours"),
        ("8-18", "no quiet hours"),
        ("08:00-25:00", "no clock shows"),
        ("08:00-08:00", "at the same time"),
        ("08:00-18:00 Mars/Olympus", "no time zone"),
        ("08:00-18:00 ../../etc/passwd", "no time zone"),
    ],
)
def test_what_is_no_span_of_hours_is_refused_with_an_example(text, message):
    with pytest.raises(ConfigurationError, match=message) as refused:
        read_quiet_hours(text)

    assert "Europe/Paris" in refused.value.advice


@pytest.mark.parametrize("hours", [OFFICE, NIGHT])
def test_hours_are_read_as_they_are_printed(hours):
    assert read_quiet_hours(str(hours)) == hours
