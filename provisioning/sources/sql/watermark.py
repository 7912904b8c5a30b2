"""Up to where people were read: the greatest value of the column that says when they changed.

It comes from the source's own values, never from a clock here (W33). Rows are read again for a time
before it, because a row commits later than its timestamp says (directory-sources 6).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from provisioning.sources.base import CursorExpired


@dataclass(frozen=True, slots=True)
class Watermark:
    """A value of the column: a date and time, a number, or a text that spells a date and time."""

    value: datetime | int | float | str

    @classmethod
    def read(cls, cursor: str) -> Watermark:
        """The watermark that a cursor keeps."""
        try:
            kept = json.loads(cursor)
            value = kept["value"]
            return cls(datetime.fromisoformat(value) if kept["kind"] == "moment" else value)
        except (ValueError, KeyError, TypeError):
            raise CursorExpired from None

    def cursor(self) -> str:
        """The watermark as text."""
        if isinstance(self.value, datetime):
            return json.dumps({"kind": "moment", "value": self.value.isoformat()})
        return json.dumps({"kind": "plain", "value": self.value})

    def less(self, minutes: int) -> object:
        """The value from which rows are read: `minutes` earlier; numbers count seconds."""
        if isinstance(self.value, datetime):
            return self.value - timedelta(minutes=minutes)
        if isinstance(self.value, str):
            return _earlier(self.value, minutes)
        return self.value - 60 * minutes

    def is_after(self, other: object) -> bool:
        """Whether this is later than the greatest value there is: the source was restored (W34)."""
        found = watermark_of(other)
        if found is None or type(found.value) is not type(self.value):
            return True
        return bool(self.value > found.value)  # type: ignore[operator]


def watermark_of(value: object) -> Watermark | None:
    """The greatest value of the column as a watermark; None when it cannot be one."""
    if isinstance(value, datetime):
        return Watermark(value)
    if isinstance(value, date):
        return Watermark(datetime(value.year, value.month, value.day))  # noqa: DTZ001
    if isinstance(value, str):
        return Watermark(value) if _moment(value) is not None else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Watermark(value)
    return None


def _earlier(text: str, minutes: int) -> str:
    """The same time of before, spelt in the same way, so that texts compare as times do."""
    moment = _moment(text)
    if moment is None:
        raise CursorExpired
    earlier = (moment - timedelta(minutes=minutes)).isoformat(sep=text[10] if text[10:] else "T")
    return earlier[: len(text)]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
