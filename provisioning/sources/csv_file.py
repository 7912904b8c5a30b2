"""Directory files: people, groups and memberships as CSV or JSON Lines (directory-sources 5).

The content decides which of the two a file is, its extension when the content does not. Files have
no change feed: every import reads them whole, twice, because an id that appears in two rows refuses
both before either is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.problems import Problem
from provisioning.sources.base import Finding, Page, Part
from provisioning.sources.columns import ACTION, header_problems, near_misses
from provisioning.sources.file_reading import FileReading
from provisioning.sources.file_rows import RowFile
from provisioning.sources.row_pages import Memberships, Objects, pages_of
from provisioning.sources.row_values import Row, readable_id


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
            yield from pages_of(Memberships(str(file.path), changes=self._changes), file.rows())
        else:
            repeated = _repeated_ids(file.rows())
            collector = Objects(part, str(file.path), repeated, changes=self._changes)
            yield from pages_of(collector, file.rows())

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


def _repeated_ids(rows: Iterable[Row]) -> dict[str, str]:
    """Folded ids that more than one row carries, each with a sentence that names the lines."""
    first: dict[str, int] = {}
    repeated: dict[str, list[int]] = {}
    named: dict[str, str] = {}
    for row in rows:
        source_id = readable_id(row)
        key = fold_key(source_id)
        if not key:
            continue
        if key in first:
            repeated.setdefault(key, [first[key]]).append(row.line)
            named[key] = source_id
        first.setdefault(key, row.line)
    return {key: _told_repeated(named[key], lines) for key, lines in repeated.items()}


def _told_repeated(source_id: str, lines: list[int]) -> str:
    reason = _("The id “%(id)s” is in lines %(lines)s: none of them was imported.")
    listed = ", ".join(map(str, lines[:10])) + ("…" if len(lines) > 10 else "")
    return reason % {"id": source_id[:60], "lines": listed}
