"""The date formats of .NET: `yyyy-MM-dd'T'HH:mm:sszzz` and their like, read and printed.

Names are English and moments UTC, as on Entra's servers (.NET's invariant culture). Where two
digits are asked for, one will do if no digit follows: `h:mm` is what the language itself prints.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from provisioning.core.errors import PositionedError
from provisioning.core.expressions.date_reading import (
    READERS,
    Moment,
    Reading,
    Unlike,
    assembled,
    short_or_long,
)
from provisioning.core.expressions.moments import DAYS, MONTHS
from provisioning.core.wording import gettext_noop

MAX_FORMAT = 100

STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "O": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-dd'T'HH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
"""The formats of one letter, in .NET's invariant culture."""

LONGEST = {"f": 7, "F": 7, "y": 9}
SPECIFIERS = "dfFghHKmMstyz"


@dataclass(frozen=True, slots=True)
class Spaces:
    """Which white space a text may have that its format does not."""

    leading: bool = True
    trailing: bool = True
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A specifier with how often it is written, or a literal text (`letter` is empty)."""

    letter: str
    count: int = 1
    text: str = ""


class DateFormat:
    """One format, taken apart."""

    __slots__ = ("_pieces", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._pieces = _pieces(text)

    def read(self, text: str, spaces: Spaces, now: datetime | None) -> Moment | None:
        """The moment a text tells in this format, `None` when it is not written so.

        What the format leaves open is today's year, or midnight of the first day.
        """
        reading = Reading(text)
        try:
            self._read(reading, spaces)
            return assembled(reading.found, now)
        except (Unlike, ValueError, OverflowError):
            return None

    def _read(self, reading: Reading, spaces: Spaces) -> None:
        if spaces.leading:
            reading.space()
        for place, piece in enumerate(self._pieces):
            if spaces.inner:
                reading.space()
            if piece.letter:
                READERS[piece.letter](reading, piece.count)
            else:
                self._read_literal(reading, place)
        if spaces.trailing:
            reading.space()
        if reading.at < len(reading.text):
            raise Unlike

    def _read_literal(self, reading: Reading, place: int) -> None:
        text = self._pieces[place].text
        if text == "Z":
            reading.one_of(("Z", "GMT"))
            reading.keep("zone", 0)
        elif reading.text.startswith(".", reading.at) or not self._optional_point(place):
            reading.literal(text)

    def print(self, moment: Moment) -> str:
        """The moment in this format."""
        parts: list[str] = []
        for place, piece in enumerate(self._pieces):
            if not piece.letter:
                parts.append(piece.text)
                continue
            part = PRINTERS[piece.letter](moment, piece.count)
            if not part and self._optional_point(place - 1):
                parts.pop()
            parts.append(part)
        return "".join(parts)

    def _optional_point(self, place: int) -> bool:
        """Whether the literal is the point before `F`, which goes when there is no fraction."""
        pair = self._pieces[place : place + 2] if place >= 0 else ()
        return len(pair) == 2 and pair[0].text == "." and pair[1].letter == "F"


@lru_cache(maxsize=256)
def date_format(text: str) -> DateFormat:
    """The format; `PositionedError` with the position of what .NET would refuse."""
    return DateFormat(text)


def _pieces(text: str) -> tuple[Piece, ...]:
    if len(text) > MAX_FORMAT:
        raise _refused(MAX_FORMAT)
    if len(text) <= 1:
        text = STANDARD.get(text, "")
    if not text:
        raise _refused(0)
    pieces: list[Piece] = []
    place = 0
    while place < len(text):
        piece, place = _piece(text, place)
        if piece is not None:
            pieces.append(piece)
    return tuple(pieces)


def _piece(text: str, place: int) -> tuple[Piece | None, int]:
    """The piece that begins here, and where the next one does."""
    letter, following = text[place], text[place + 1 : place + 2]
    if letter in SPECIFIERS:
        return _specifier(text, place)
    if letter in "'\"":
        end = text.find(letter, place + 1)
        if end < 0:
            raise _refused(place)
        return Piece("", text=text[place + 1 : end]), end + 1
    if letter in "\\%" and (not following or following == letter == "%"):
        raise _refused(place)
    if letter == "%":
        return None, place + 1
    if letter == "\\":
        return Piece("", text=following), place + 2
    return Piece("", text=letter), place + 1


def _specifier(text: str, place: int) -> tuple[Piece, int]:
    letter, end = text[place], place
    while text.startswith(letter, end):
        end += 1
    if end - place > LONGEST.get(letter, 9):
        raise _refused(place)
    return Piece(letter, end - place), end


def _refused(place: int) -> PositionedError:
    return PositionedError(
        gettext_noop("This is no date format: it goes wrong at its character %(place)s."),
        params={"place": place + 1},
        position=place,
        advice=gettext_noop(
            "Write the parts of a .NET date format, such as yyyy-MM-dd HH:mm:ss, and other words"
            " in single quotes."
        ),
    )


def _print_year(moment: Moment, count: int) -> str:
    year = moment.time.year
    return str(year % 100).zfill(count) if count <= 2 else str(year).zfill(count)


def _print_zone(moment: Moment, count: int) -> str:
    return ("+0", "+00", "+00:00")[min(count, 3) - 1]


def _named(names: tuple[str, ...], place: int, number: int, count: int) -> str:
    return str(number).zfill(count) if count <= 2 else short_or_long(names, count)[place]


PRINTERS: dict[str, Callable[[Moment, int], str]] = {
    "d": lambda moment, n: _named(DAYS, moment.time.weekday(), moment.time.day, n),
    "M": lambda moment, n: _named(MONTHS, moment.time.month - 1, moment.time.month, n),
    "y": _print_year,
    "H": lambda moment, n: str(moment.time.hour).zfill(min(n, 2)),
    "h": lambda moment, n: str(moment.time.hour % 12 or 12).zfill(min(n, 2)),
    "m": lambda moment, n: str(moment.time.minute).zfill(min(n, 2)),
    "s": lambda moment, n: str(moment.time.second).zfill(min(n, 2)),
    "f": lambda moment, n: f"{moment.time.microsecond:06}0"[:n],
    "F": lambda moment, n: f"{moment.time.microsecond:06}0"[:n].rstrip("0"),
    "t": lambda moment, n: ("AM" if moment.time.hour < 12 else "PM")[: min(n, 2)],
    "z": _print_zone,
    "K": lambda moment, n: "Z" if moment.zoned else "",
    "g": lambda moment, n: "A.D.",
}
