"""Moments of time as the language reads, counts and prints them: always UTC.

A text without an offset is taken as UTC. It is printed as .NET prints
`M/d/yyyy h:mm:ss tt`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

LONGEST_DATE = 64
"""Texts beyond this many characters are no dates."""

TICKS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
NEVER = 2**63 - 1
"""What Active Directory stores for an account that does not expire."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_MONTH = "|".join(name[:3] for name in MONTHS)
_READABLE = re.compile(
    rf"""\s*(?:
        (?P<y1>\d{{4}})[-/](?P<m1>\d{{1,2}})(?:[-/](?P<d1>\d{{1,2}}))?
      | (?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}})/(?P<y2>\d{{4}}|\d{{2}})
      | (?:[a-z]{{3,9}},\s*)?(?:
            (?P<d3>\d{{1,2}})[\s-](?P<m3>{_MONTH})[a-z]{{0,6}}[\s,-]\s*(?P<y3>\d{{4}})
          | (?P<m4>{_MONTH})[a-z]{{0,6}}\s(?P<d4>\d{{1,2}}),?\s(?P<y4>\d{{4}})
        )
    )
    (?:(?:T|,?\s+)(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})
        (?::(?P<second>\d{{2}})(?:[.,](?P<fraction>\d{{1,9}}))?)?
        (?:\s?(?P<half>[ap])\.?m\.?)?)?
    \s*(?P<zone>Z|UTC|GMT|[+-]\d{{2}}(?::?\d{{2}})?)?\s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_SHORT_MONTHS = [name[:3].lower() for name in MONTHS]


def read_moment(text: str) -> datetime | None:
    """The moment a text tells in one of the usual forms, `None` when it tells none.

    ISO 8601 with or without time and offset, `M/d/yyyy h:mm:ss tt`, and dates with the name of the
    month. A date alone is its midnight, where its offset says.
    """
    found = _READABLE.fullmatch(text) if len(text) <= LONGEST_DATE else None
    if found is None:
        return None
    parts = found.groupdict()
    year, month, day = (
        next((part for n in "1234" if (part := parts[f"{name}{n}"])), "1") for name in "ymd"
    )
    hour = clock_hour(int(parts["hour"] or 0), parts["half"])
    if hour is None:
        return None
    try:
        local = datetime(
            century(int(year)) if len(year) == 2 else int(year),
            int(month) if month.isdigit() else _SHORT_MONTHS.index(month.lower()) + 1,
            int(day),
            hour,
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int((parts["fraction"] or "")[:6].ljust(6, "0")),
            tzinfo=UTC,
        )
        return local - offset_of(parts["zone"] or "")
    except (ValueError, OverflowError):
        return None


def clock_hour(hour: int, half: str | None) -> int | None:
    """The hour of the day, where a half is told by A or P; `None` when there is no such hour."""
    if not half:
        return hour
    if not 0 <= hour <= 12:
        return None
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def century(two_digits: int) -> int:
    """The year that two digits mean: 1950 to 2049."""
    return two_digits + (2000 if two_digits < 50 else 1900)


def offset_of(zone: str) -> timedelta:
    """How far `+08:00`, `+0800` or `+8` is ahead of UTC; a `ValueError` beyond 14 hours."""
    if not zone or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > timedelta(hours=14) or int(minutes) > 59:
        raise ValueError(zone)
    return -offset if zone[0] == "-" else offset


def printed_moment(moment: datetime) -> str:
    """`M/d/yyyy h:mm:ss tt`, in UTC."""
    half = "AM" if moment.hour < 12 else "PM"
    clock = f"{moment.hour % 12 or 12}:{moment.minute:02}:{moment.second:02}"
    return f"{moment.month}/{moment.day}/{moment.year:04} {clock} {half}"


def ticks_of(moment: datetime) -> int:
    """Active Directory's number for a moment: steps of 100 ns since 1601."""
    return (moment - TICKS_EPOCH) // timedelta(microseconds=1) * 10


def moment_of_ticks(ticks: int) -> datetime | None:
    """The moment of Active Directory's number, `None` when there is none in the calendar."""
    try:
        return TICKS_EPOCH + timedelta(microseconds=ticks // 10) if ticks >= 0 else None
    except OverflowError:
        return None
