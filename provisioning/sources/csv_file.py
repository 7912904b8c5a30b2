"""Directory files: people, groups and memberships as CSV or JSON Lines (directory-sources 5).

The content decides which of the two a file is, its extension when the content does not. Files have
no change feed: every import reads them whole, twice, because an id that appears in two rows refuses
both before either is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.problems import Problem
from provisioning.sources.base import Edge, Finding, Page, Part, Record
from provisioning.sources.columns import ACTION, BadValue, header_problems, near_misses
from provisioning.sources.file_reading import FileReading
from provisioning.sources.file_rows import RowFile
from provisioning.sources.row_values import (
    Row,
    UnusableMember,
    edge,
    identifier,
    readable_id,
    record,
    says_gone,
    without_action,
)

PAGE = 1000


class FileSource:
    """One to three files that describe a directory, or a part of it; with `changes`, files of what
    changed, whose column `action` may say that a row is no more.
    """

    kind = "file"

    def __init__(
        self,
        files: Mapping[Part, Path],
        readings: Mapping[Part, FileReading] | None = None,
        *,
        changes: bool = False,
    ) -> None:
        said = readings or {}
        self._files = {part: RowFile(part, path, said.get(part)) for part, path in files.items()}
        self._changes = changes

    def parts(self) -> tuple[Part, ...]:
        """The parts a file was given for."""
        return tuple(part for part in Part if part in self._files)

    def name_of(self, part: Part) -> str:
        """The file's name as it was given."""
        return str(self._files[part].path)

    def check(self) -> list[Problem]:
        """Files that cannot be opened, are no text, or have a wrong header."""
        problems: list[Problem] = []
        for part, file in self._files.items():
            found = file.problems()
            if not found:
                found = header_problems(part, file.columns(), str(file.path))
                found += self._action_problems(file)
            problems.extend(found)
        return problems

    def schema(self, part: Part) -> tuple[str, ...]:
        """The columns of a CSV file; JSON Lines has none beforehand."""
        return file.columns() if (file := self._files[part]).is_csv() else ()

    def full(self, part: Part) -> Iterator[Page]:
        """The whole file."""
        file = self._files[part]
        if hints := self._hints(part):
            yield Page(warnings=hints)
        if part is Part.MEMBERSHIPS:
            yield from _pages(_Memberships(str(file.path), self._changes), file.rows())
        else:
            repeated = _repeated_ids(file.rows())
            collector = _Records(part, str(file.path), repeated, changes=self._changes)
            yield from _pages(collector, file.rows())

    def _action_problems(self, file: RowFile) -> list[Problem]:
        if self._changes or ACTION not in file.columns():
            return []
        message = _(
            "A column “action” belongs to a file of changes, and this one is read as complete."
        )
        advice = _("Say that it holds changes only (--partial), or leave the column out.")
        return [Problem(str(file.path), message, advice, 1)]

    def _hints(self, part: Part) -> tuple[Finding, ...]:
        message = _(
            "The column “%(column)s” is kept as an extension attribute; is “%(known)s” meant?"
        )
        return tuple(
            Finding(self.name_of(part), 1, message % {"column": column, "known": known})
            for column, known in near_misses(part, self.schema(part))
        )


class _Collector:
    """Gathers one page of findings and results."""

    def __init__(self, file: str, changes: bool) -> None:
        self._file = file
        self._changes = changes
        self.start()

    def start(self) -> None:
        self.records: list[Record] = []
        self.edges: list[Edge] = []
        self.gone: list[str] = []
        self.ended: list[Edge] = []
        self._present: list[str] = []
        self._rejected: list[Finding] = []
        self._warnings: list[Finding] = []
        self._complete = True

    def page(self) -> Page:
        return Page(
            tuple(self.records),
            tuple(self.edges),
            tuple(self._present),
            tuple(self._rejected),
            tuple(self._warnings),
            self._complete,
            gone=tuple(self.gone),
            ended=tuple(self.ended),
        )

    def reject(self, row: Row, reason: str, source_id: str = "") -> None:
        """Refuse the row; it counts as present, and without an id nobody can count as absent."""
        self._rejected.append(Finding(self._file, row.line, reason))
        if source_id:
            self._present.append(source_id)
        else:
            self._complete = False

    def warn(self, row: Row, reason: str) -> None:
        self._warnings.append(Finding(self._file, row.line, reason))

    def leaves(self, row: Row) -> bool:
        """Whether a row of a file of changes says that it is no more."""
        return self._changes and says_gone(row)

    def take(self, row: Row) -> None:
        raise NotImplementedError


class _Records(_Collector):
    """Rows of people or groups."""

    def __init__(
        self, part: Part, file: str, repeated: Mapping[str, list[int]], *, changes: bool
    ) -> None:
        super().__init__(file, changes)
        self._part = part
        self._repeated = repeated

    def take(self, row: Row) -> None:
        source_id = readable_id(row)
        lines = self._repeated.get(fold_key(source_id))
        if lines:
            reason = _("The id “%(id)s” is in lines %(lines)s: none of them was imported.")
            listed = ", ".join(map(str, lines[:10])) + ("…" if len(lines) > 10 else "")
            self.reject(row, reason % {"id": source_id[:60], "lines": listed}, source_id)
            return
        try:
            if self.leaves(row):
                self.gone.append(identifier("id", row.values.get("id")))
                return
            found, note = record(self._part, without_action(row) if self._changes else row)
        except BadValue as error:
            self.reject(row, str(error), source_id)
            return
        self.records.append(found)
        if note:
            self.warn(row, note)


class _Memberships(_Collector):
    """Rows of memberships."""

    def take(self, row: Row) -> None:
        try:
            told = self.ended if self.leaves(row) else self.edges
            told.append(edge(row))
        except BadValue as error:
            self.reject(row, str(error))
        except UnusableMember as skipped:
            self.warn(row, str(skipped))


def _pages(collector: _Collector, rows: Iterable[Row]) -> Iterator[Page]:
    for count, row in enumerate(rows, start=1):
        collector.take(row)
        if count % PAGE == 0:
            yield collector.page()
            collector.start()
    yield replace(collector.page(), last=True)


def _repeated_ids(rows: Iterable[Row]) -> dict[str, list[int]]:
    """Folded ids that more than one row carries, with their lines."""
    first: dict[str, int] = {}
    repeated: dict[str, list[int]] = {}
    for row in rows:
        key = fold_key(readable_id(row))
        if not key:
            continue
        if key in first:
            repeated.setdefault(key, [first[key]]).append(row.line)
        first.setdefault(key, row.line)
    return repeated
