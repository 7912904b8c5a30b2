"""How each part of a .NET date format reads its piece of a text, and what the pieces make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from provisioning.core.expressions.moments import DAYS, MONTHS, century, clock_hour, offset_of

LONGEST_NAME = max(map(len, (*DAYS, *MONTHS)))


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, and whether its text told where on Earth: `K` prints nothing otherwise."""

    time: datetime
    zoned: bool = False


class Unlike(Exception):
    """A text that is not written as its format says."""


@dataclass(slots=True)
class Reading:
    """A text that is being read, how far, and what was found."""

    text: str
    at: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def keep(self, name: str, value: int) -> None:
        """Remembers a part of the date; told twice, it must be told alike."""
        if self.found.setdefault(name, value) != value:
            raise Unlike

    def digits(self, least: int, most: int) -> str:
        """So many digits; for two exactly, one will do where no digit follows."""
        end = self.at
        while end < len(self.text) and end - self.at < most and self.text[end] in "0123456789":
            end += 1
        size = end - self.at
        if size < least and not (size == 1 and least == 2):
            raise Unlike
        digits, self.at = self.text[self.at : end], end
        return digits

    def literal(self, text: str) -> None:
        """Exactly this text."""
        if not self.text.startswith(text, self.at):
            raise Unlike
        self.at += len(text)

    def one_of(self, names: tuple[str, ...]) -> int:
        """The place of the name that stands here, whatever its case."""
        rest = self.text[self.at : self.at + LONGEST_NAME].lower()
        for place, name in enumerate(names):
            if rest.startswith(name.lower()):
                self.at += len(name)
                return place
        raise Unlike

    def zone(self) -> None:
        """An offset such as +08:00, +0800 or +8."""
        start = self.at
        if self.text[start : start + 1] not in ("+", "-"):
            raise Unlike
        self.at += 1
        self.digits(1, 2)
        colon = self.text[self.at : self.at + 1] == ":"
        if self.text[self.at + colon : self.at + colon + 2].isdigit():
            self.at += colon
            self.digits(2, 2)
        try:
            self.keep("zone", offset_of(self.text[start : self.at]) // timedelta(minutes=1))
        except ValueError:
            raise Unlike from None

    def space(self) -> None:
        """Any white space."""
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1


def assembled(found: dict[str, int], now: datetime | None) -> Moment:
    """The moment that the found parts make; a `ValueError` when there is none."""
    today = (now or datetime(1, 1, 1, tzinfo=UTC)) if "year" not in found else None
    anything = "month" in found or "day" in found
    year = found["year"] if today is None else today.year
    month = found.get("month", today.month if today and not anything else 1)
    day = found.get("day", today.day if today and not anything else 1)
    hour = found.get("hour")
    if hour is None:
        half = None if "half" not in found else "ap"[found["half"]]
        hour = clock_hour(found.get("hour12", 0), half)
    if hour is None:
        raise ValueError
    minute, second, micro = (found.get(name, 0) for name in ("minute", "second", "micro"))
    time = datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    if found.get("weekday", time.weekday()) != time.weekday():
        raise ValueError
    return Moment(time - timedelta(minutes=found.get("zone", 0)), "zone" in found)


def _read_day(reading: Reading, count: int) -> None:
    if count <= 2:
        reading.keep("day", int(reading.digits(count, 2)))
    else:
        reading.keep("weekday", reading.one_of(short_or_long(DAYS, count)))


def _read_month(reading: Reading, count: int) -> None:
    if count <= 2:
        reading.keep("month", int(reading.digits(count, 2)))
    else:
        reading.keep("month", reading.one_of(short_or_long(MONTHS, count)) + 1)


def _read_year(reading: Reading, count: int) -> None:
    digits = reading.digits(count, max(count, 2))
    reading.keep("year", century(int(digits)) if count <= 2 else int(digits))


def _read_fraction(reading: Reading, least: int, most: int) -> None:
    digits = reading.digits(least, most)
    reading.keep("micro", int(digits[:6].ljust(6, "0")))


def _read_half(reading: Reading, count: int) -> None:
    reading.keep("half", reading.one_of(("AM", "PM") if count > 1 else ("A", "P")))


def _read_kind(reading: Reading, count: int) -> None:
    mark = reading.text[reading.at : reading.at + 1]
    if mark in ("Z", "z"):
        reading.at += 1
        reading.keep("zone", 0)
    elif mark in ("+", "-"):
        reading.zone()


def _number(name: str) -> Callable[[Reading, int], None]:
    def read(reading: Reading, count: int) -> None:
        reading.keep(name, int(reading.digits(min(count, 2), 2)))

    return read


def short_or_long(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The names as three letters of the format ask for them, or as four do."""
    return tuple(name[:3] for name in names) if count == 3 else names


READERS: dict[str, Callable[[Reading, int], None]] = {
    "d": _read_day,
    "M": _read_month,
    "y": _read_year,
    "H": _number("hour"),
    "h": _number("hour12"),
    "m": _number("minute"),
    "s": _number("second"),
    "f": lambda reading, count: _read_fraction(reading, count, count),
    "F": lambda reading, count: _read_fraction(reading, 0, count),
    "t": _read_half,
    "z": lambda reading, count: reading.zone(),
    "K": _read_kind,
    "g": lambda reading, count: reading.literal("A.D."),
}
