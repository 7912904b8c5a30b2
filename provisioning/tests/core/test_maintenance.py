"""Maintenance windows: a span of dates, or hours of a weekday, by the wall clock of a zone."""

from __future__ import annotations

from datetime import datetime

import pytest

from provisioning.core.errors import ConfigurationError
from provisioning.core.maintenance import over_at, read_window

NIGHT = "Sat 22:00-04:00 Europe/Paris"
ONCE = "2026-12-05 22:00 - 2026-12-06 04:00 Europe/Paris"


@pytest.mark.parametrize(
    ("window", "at", "over"),
    [
        # 5 December 2026 is a Saturday; Paris is an hour ahead of UTC in winter.
        (NIGHT, "2026-12-05T20:59:00+00:00", None),
        (NIGHT, "2026-12-05T21:00:00+00:00", "2026-12-06T03:00:00+00:00"),
        (NIGHT, "2026-12-06T02:59:00+00:00", "2026-12-06T03:00:00+00:00"),
        (NIGHT, "2026-12-06T03:00:00+00:00", None),
        (NIGHT, "2026-12-05T02:00:00+00:00", None),
        (NIGHT, "2026-12-06T21:30:00+00:00", None),
        ("Sun 02:00-06:00", "2026-12-06T05:59:00+00:00", "2026-12-06T06:00:00+00:00"),
        ("Sun 02:00-06:00", "2026-12-07T05:59:00+00:00", None),
        (ONCE, "2026-12-05T21:00:00+00:00", "2026-12-06T03:00:00+00:00"),
        (ONCE, "2026-12-06T03:00:00+00:00", None),
        (ONCE, "2026-12-12T22:00:00+00:00", None),
    ],
)
def test_whether_there_is_maintenance_and_until_when(window, at, over):
    expected = datetime.fromisoformat(over) if over else None

    assert over_at([window], datetime.fromisoformat(at)) == expected


def test_of_several_windows_the_last_one_ends_it():
    now = datetime.fromisoformat("2026-12-06T02:30:00+00:00")

    assert over_at([NIGHT, "Sun 02:00-06:00"], now) == datetime.fromisoformat(
        "2026-12-06T06:00:00+00:00"
    )
    assert over_at([], now) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at night", "no maintenance window"),
        ("Someday 02:00-06:00", "no maintenance window"),
        ("Sun 26:00-06:00", "no clock shows"),
        ("Sun 02:00-06:00 Mars/Base", "no time zone"),
        ("2026-13-05 22:00 - 2026-12-06 04:00", "no calendar has"),
        ("2026-12-06 04:00 - 2026-12-05 22:00", "within two weeks"),
        ("2026-12-05 22:00 - 2026-12-20 04:00", "within two weeks"),
    ],
)
def test_what_is_no_window_is_refused_with_an_example(text, told):
    with pytest.raises(ConfigurationError) as refused:
        read_window(text)

    assert told in refused.value.message
    assert "02:00-06:00" in refused.value.advice or "08:00" in refused.value.advice


@pytest.mark.parametrize(
    "text", [NIGHT, ONCE, "sunday  02:00–06:00", "2026-12-05T22:00 - 2026-12-06 04:00"]
)
def test_a_window_is_read_as_it_is_printed(text):
    assert read_window(str(read_window(text))) == read_window(text)
