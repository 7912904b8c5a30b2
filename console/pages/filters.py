"""Filters of a list: several answers to tick, each with how many it leaves, and what is set."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Word = str | Promise
PLACES = ("entry", "tab", "before", "page")
"""What an address says of a place in the list: another list begins at its beginning."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, or that there are at least so many."""

    number: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick or to choose."""

    value: str
    word: Word
    chosen: bool
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A filter: several answers are ticked in it, or one of them is chosen."""

    name: str
    label: Word
    options: list[Option] = field(default_factory=list)

    @property
    def chosen(self) -> int:
        """How many are set."""
        return sum(one.chosen for one in self.options)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set; `rest` is the address's query without it."""

    text: str
    rest: str


def chips_of(controls: list[Control], data: QueryDict) -> list[Chip]:
    """What is ticked in these controls."""
    return [
        chip(data, control.name, control.label, one.value, one.word)
        for control in controls
        for one in control.options
        if one.chosen
    ]


def chip(data: QueryDict, name: str, label: Word, value: str, word: Word) -> Chip:
    """A filter with the way to take it back: from the first page on, with nothing open."""
    rest = data.copy()
    rest.setlist(name, [one for one in data.getlist(name) if one != value])
    for place in PLACES:
        rest.pop(place, None)
    text = _("%(filter)s: %(value)s") % {"filter": label, "value": word}
    return Chip(text, rest.urlencode())
