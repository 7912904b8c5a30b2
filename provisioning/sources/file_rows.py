"""One directory file on disk: which format it has, what its columns are, its rows by column.

Detects CSV or JSON Lines and the delimiter, and says in one sentence why a file is neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.core.resource import Value
from provisioning.sources.base import Part
from provisioning.sources.columns import KNOWN, canonical
from provisioning.sources.csv_rows import DELIMITERS, CsvRow, csv_rows
from provisioning.sources.json_rows import JsonRow, json_rows
from provisioning.sources.row_values import Row
from provisioning.sources.text_lines import foreign_format, numbered_lines

_JSON_ENDINGS = {".jsonl", ".ndjson", ".json"}
_GLANCE = 65_536


class RowFile:
    """A file of one part of the directory."""

    def __init__(self, part: Part, path: Path) -> None:
        self.part = part
        self.path = path
        self._header: tuple[str, list[str]] | None = None

    def problems(self) -> list[Problem]:
        """Why nothing can be read from the file at all."""
        try:
            with self.path.open("rb") as stream:
                start = stream.read(_GLANCE)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = _("The file cannot be read: %(reason)s.") % {"reason": reason}
            return [Problem(str(self.path), message, _("Check its name and its rights."))]
        return self._content_problems(start) or self._damage_of_header()

    def is_csv(self) -> bool:
        """Whether the first thing in the file is something else than a JSON object."""
        with self.path.open("rb") as stream:
            start = stream.read(_GLANCE)
        return _first_character(start) != b"{"

    def columns(self) -> tuple[str, ...]:
        """The canonical names of a CSV file's columns; for JSON Lines, what is required."""
        return tuple(self._csv_header()[1]) if self.is_csv() else KNOWN[self.part]

    def rows(self) -> Iterator[Row]:
        """Every row below the header."""
        if self.is_csv():
            yield from self._csv_rows()
            return
        with self.path.open("rb") as stream:
            for row in json_rows(numbered_lines(stream)):
                yield self._from_json(row)

    def _content_problems(self, start: bytes) -> list[Problem]:
        first = _first_character(start)
        message = foreign_format(start)
        advice = _("Save it as CSV in UTF-8.")
        if not message and not first:
            message = _("The file is empty.")
            advice = _("A file without anybody still has its header line.")
        elif not message and first == b"[":
            message = _("The file is a JSON array.")
            advice = _("Write JSON Lines: one object a line.")
        elif not message and first != b"{" and self.path.suffix.lower() in _JSON_ENDINGS:
            message = _("The file's name says JSON Lines, but its first line is no JSON object.")
            advice = _("Write one object a line, or name it .csv.")
        return [Problem(str(self.path), message, advice, 1)] if message else []

    def _damage_of_header(self) -> list[Problem]:
        if not self.is_csv():
            return []
        with self.path.open("rb") as stream:
            header = next(csv_rows(numbered_lines(stream), ","), None)
        if header is None or not header.problem:
            return []
        advice = _("Save it as CSV in UTF-8.")
        return [Problem(str(self.path), header.problem, advice, header.line)]

    def _csv_rows(self) -> Iterator[Row]:
        delimiter, names = self._csv_header()
        with self.path.open("rb") as stream:
            for row in islice(csv_rows(numbered_lines(stream), delimiter), 1, None):
                yield self._from_csv(names, row)

    def _from_csv(self, names: list[str], row: CsvRow) -> Row:
        cells = row.cells
        problem = row.problem
        if not problem and len(cells) != len(names):
            problem = _wrong_number_of_cells(len(names), cells)
        values: dict[str, Value] = dict(zip(names, cells, strict=False))
        return Row(row.line, values, problem, row.note)

    def _from_json(self, row: JsonRow) -> Row:
        values = {canonical(self.part, name): value for name, value in row.values.items()}
        problem = row.problem
        if not problem and len(values) < len(row.values):
            problem = _("A name appears twice in the object.")
        return Row(row.line, values, problem, row.note)

    def _csv_header(self) -> tuple[str, list[str]]:
        if self._header is None:
            self._header = self._read_header()
        return self._header

    def _read_header(self) -> tuple[str, list[str]]:
        """The delimiter that finds most known columns, and the names it finds."""
        known = {name.casefold() for name in KNOWN[self.part]}
        best: tuple[int, str, list[str]] = (-1, ",", [])
        for delimiter in DELIMITERS:
            names = self._names(delimiter)
            found = sum(name.casefold() in known for name in names)
            if found > best[0]:
                best = (found, delimiter, names)
        return best[1], best[2]

    def _names(self, delimiter: str) -> list[str]:
        with self.path.open("rb") as stream:
            first = next(csv_rows(numbered_lines(stream), delimiter), None)
        cells = [] if first is None or first.problem else list(first.cells)
        while cells and not cells[-1].strip():
            cells.pop()
        return [canonical(self.part, cell.strip()) for cell in cells]


def _wrong_number_of_cells(expected: int, cells: list[str]) -> str:
    if len(cells) > expected and not any(cells[expected:]):
        return ""
    sentence = _("The row has %(cells)d cells, the header %(columns)d.")
    return sentence % {"cells": len(cells), "columns": expected}


def _first_character(start: bytes) -> bytes:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
