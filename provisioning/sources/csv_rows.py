"""CSV text as rows of cells. A damaged row costs itself and nothing else.

A quotation mark that is never closed would swallow the rest of the file: the row is given up after
a bounded number of lines, and reading goes on with the line after the mark.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from provisioning.sources.text_lines import Line

MOST_LINES_OF_A_ROW = 200
DELIMITERS = ",;\t|"


class CsvRow(NamedTuple):
    """One row by its first line; with a `problem`, `cells` are those that could still be read."""

    line: int
    cells: list[str]
    problem: str = ""
    note: str = ""


class RowTooLong(csv.Error):
    """A row that goes on for more lines than any row does."""


def csv_rows(lines: Iterator[Line], delimiter: str) -> Iterator[CsvRow]:
    """The rows of the file, the header included, without blank lines."""
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _damaged(feed, error, delimiter)
            continue
        if any(cells):
            yield _sound(feed, cells)


class _Feed:
    """Hands lines to the reader and remembers which of them the current row took."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: deque[Line] = deque()
        self.taken: list[Line] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES_OF_A_ROW:
            raise RowTooLong
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.taken.append(line)
        return line.text

    def give_back_all_but_first(self) -> None:
        self._returned.extendleft(reversed(self.taken[1:]))


def _sound(feed: _Feed, cells: list[str]) -> CsvRow:
    problem = next((line.problem for line in feed.taken if line.problem), "")
    note = next((line.note for line in feed.taken if line.note), "")
    return CsvRow(feed.taken[0].number, cells, problem, note)


def _damaged(feed: _Feed, error: csv.Error, delimiter: str) -> CsvRow:
    first = feed.taken[0]
    feed.give_back_all_but_first()
    return CsvRow(first.number, _cells_before_damage(first.text, delimiter), _reason(error))


def _cells_before_damage(text: str, delimiter: str) -> list[str]:
    """The cells in front of the broken one, so that the row's id is still known."""
    readable = text[: csv.field_size_limit()]
    try:
        return next(csv.reader([readable], delimiter=delimiter), [])[:-1]
    except csv.Error:
        return []


def _reason(error: csv.Error) -> str:
    text = str(error)
    if text.startswith("field larger"):
        return _("A cell is longer than %(most)d characters.") % {"most": csv.field_size_limit()}
    if isinstance(error, RowTooLong) or text.startswith("unexpected end"):
        return _("A quotation mark opens a cell and is never closed.")
    if "expected after" in text:
        return _("Text follows a closing quotation mark: double the marks inside a cell.")
    return _("The line is not valid CSV.")
