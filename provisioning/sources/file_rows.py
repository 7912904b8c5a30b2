"""One directory file on disk: which format it has, what its columns are, its rows by column.

Detects CSV or JSON Lines and the delimiter, and says in one sentence why a file is neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.core.resource import Value
from provisioning.sources.base import Part
from provisioning.sources.columns import KNOWN, TEXT, canonical
from provisioning.sources.csv_rows import DELIMITERS, CsvRow, csv_rows
from provisioning.sources.file_reading import UTF8, FileReading, marked_encoding
from provisioning.sources.json_rows import JsonRow, json_rows
from provisioning.sources.row_values import Row
from provisioning.sources.text_lines import Line, foreign_format, numbered_lines

_JSON_ENDINGS = {".jsonl", ".ndjson", ".json"}
_GLANCE = 65_536
LEFT_OUT = "\N{NO-BREAK SPACE}"
"""The name of a column that was left out; no header holds it, because names are stripped."""


class RowFile:
    """A file of one part of the directory."""

    def __init__(self, part: Part, path: Path, reading: FileReading | None = None) -> None:
        self.part = part
        self.path = path
        self._reading = reading or FileReading()
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
            return self._first_character(stream.read(_GLANCE)) != "{"

    @property
    def delimiter(self) -> str:
        """What stands between two cells; empty for JSON Lines."""
        return self._csv_header()[0] if self.is_csv() else ""

    def columns(self) -> tuple[str, ...]:
        """The canonical names of a CSV file's columns; for JSON Lines, what is required."""
        if not self.is_csv():
            return KNOWN[self.part]
        return tuple(name for name in self._csv_header()[1] if name != LEFT_OUT)

    def sample(self, most: int) -> tuple[list[str], list[list[str]]]:
        """The columns as the file names them, and its first rows as text."""
        if self.is_csv():
            with self.path.open("rb") as stream:
                rows = csv_rows(self._lines(stream), self.delimiter)
                cells = [row.cells for row in islice(rows, most + 1)]
            header = [cell.strip() for cell in cells[0]] if cells else []
            return _without_trailing(header), cells[1:]
        with self.path.open("rb") as stream:
            found = [row.values for row in islice(json_rows(self._lines(stream)), most)]
        names = list(dict.fromkeys(name for values in found for name in values))
        return names, [[_as_cell(values.get(name)) for name in names] for values in found]

    def rows(self) -> Iterator[Row]:
        """Every row below the header."""
        if self.is_csv():
            yield from self._csv_rows()
            return
        with self.path.open("rb") as stream:
            for row in json_rows(self._lines(stream)):
                yield self._from_json(row)

    def _content_problems(self, start: bytes) -> list[Problem]:
        message = foreign_format(start)
        first = "" if message else self._first_character(start)
        advice = _("Save it as CSV in UTF-8.")
        if not message and not first:
            message = _("The file is empty.")
            advice = _("A file without anybody still has its header line.")
        elif not message and first == "[":
            message = _("The file is a JSON array.")
            advice = _("Write JSON Lines: one object a line.")
        elif not message and first != "{" and self.path.suffix.lower() in _JSON_ENDINGS:
            message = _("The file's name says JSON Lines, but its first line is no JSON object.")
            advice = _("Write one object a line, or name it .csv.")
        return [Problem(str(self.path), message, advice, 1)] if message else []

    def _damage_of_header(self) -> list[Problem]:
        if not self.is_csv():
            return []
        with self.path.open("rb") as stream:
            header = next(csv_rows(self._lines(stream), ","), None)
        if header is None or not header.problem:
            return []
        advice = _("Save it as CSV in UTF-8.")
        return [Problem(str(self.path), header.problem, advice, header.line)]

    def _csv_rows(self) -> Iterator[Row]:
        delimiter, names = self._csv_header()
        with self.path.open("rb") as stream:
            for row in islice(csv_rows(self._lines(stream), delimiter), 1, None):
                yield self._from_csv(names, row)

    def _from_csv(self, names: list[str], row: CsvRow) -> Row:
        cells = row.cells
        problem = row.problem
        if not problem and len(cells) != len(names):
            problem = _wrong_number_of_cells(len(names), cells)
        values: dict[str, Value] = {
            name: self._cell(name, cell)
            for name, cell in zip(names, cells, strict=False)
            if name != LEFT_OUT
        }
        return Row(row.line, values, problem, row.note)

    def _from_json(self, row: JsonRow) -> Row:
        named = [(self._name(name), value) for name, value in row.values.items()]
        kept = [(name, value) for name, value in named if name != LEFT_OUT]
        values = dict(kept)
        problem = row.problem
        if not problem and len(values) < len(kept):
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
        for delimiter in self._reading.delimiter or DELIMITERS:
            names = self._names(delimiter)
            found = sum(name.casefold() in known for name in names)
            if found > best[0]:
                best = (found, delimiter, names)
        return best[1], best[2]

    def _names(self, delimiter: str) -> list[str]:
        with self.path.open("rb") as stream:
            first = next(csv_rows(self._lines(stream), delimiter), None)
        cells = [] if first is None or first.problem else list(first.cells)
        return [self._name(cell.strip()) for cell in _without_trailing(cells)]

    def _name(self, column: str) -> str:
        """What the directory calls a column of the file."""
        said = self._reading.columns.get(column)
        return LEFT_OUT if said == "" else canonical(self.part, said or column)

    def _cell(self, name: str, cell: str) -> Value:
        separator = self._reading.separator
        if not separator or separator not in cell or name in TEXT[self.part]:
            return cell
        return [one.strip() for one in cell.split(separator) if one.strip()]

    def _lines(self, stream: BinaryIO) -> Iterator[Line]:
        return numbered_lines(stream, self._reading.encoding)

    def _first_character(self, start: bytes) -> str:
        encoding = marked_encoding(start) or self._reading.encoding or UTF8
        return start.decode(encoding, "replace").removeprefix("\ufeff").lstrip()[:1]


def _without_trailing(cells: list[str]) -> list[str]:
    """The cells up to the last that holds something."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _as_cell(value: Value) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _wrong_number_of_cells(expected: int, cells: list[str]) -> str:
    if len(cells) > expected and not any(cells[expected:]):
        return ""
    sentence = _("The row has %(cells)d cells, the header %(columns)d.")
    return sentence % {"cells": len(cells), "columns": expected}
