"""A database as a directory source: a SELECT for people, one for groups, one for memberships.

Each is read page by page by its key, all in one snapshot. Where a column of people says when they
changed, later reads fetch the rows that changed and the ids of everybody, so that whoever is gone
is missed; groups and memberships are always compared whole.
"""

from __future__ import annotations

import json
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import Problem
from provisioning.sources.base import CursorExpired, Page, Part
from provisioning.sources.columns import canonical, header_problems
from provisioning.sources.row_pages import Memberships, Objects, pages_of
from provisioning.sources.row_values import Row, readable_id
from provisioning.sources.sql.databases import Snapshot
from provisioning.sources.sql.settings import QUERIES, SqlSettings
from provisioning.sources.sql.values import row_of
from provisioning.sources.sql.watermark import Watermark, watermark_of

ROWS = 1000
ALWAYS_WHOLE = "whole"
"""The cursor of a part that is compared whole every time."""


class SqlSource:
    """One database, read with the queries of its settings."""

    kind = "sql"

    def __init__(
        self, settings: SqlSettings, password: Callable[[], str], *, rows: int = ROWS
    ) -> None:
        self._settings = settings
        self._password = password
        self._rows = rows
        self._open: list[Snapshot] = []
        # A reader that stops between two parts leaves no connection behind.
        weakref.finalize(self, _close, self._open)

    def parts(self) -> tuple[Part, ...]:
        """The parts that have a query."""
        return tuple(part for part in Part if part in self._settings.queries)

    def name_of(self, part: Part) -> str:
        """The setting that holds the part's query."""
        return QUERIES[part]

    def check(self) -> list[Problem]:
        """Whether the database can be reached and every query has the columns it needs."""
        try:
            return [one for part in self.parts() for one in self._column_problems(part)]
        except ProvisioningError as error:
            return [Problem(self._settings.host or self._settings.database, error.message)]
        finally:
            _close(self._open)

    def schema(self, part: Part) -> tuple[str, ...]:
        """The query's columns by the directory's names."""
        names = self._columns(part)
        return tuple(canonical(part, one) for one in names if one != self._settings.changed)

    def basis(self) -> str:
        """Database, queries and the column of changes."""
        said = self._settings
        where = [said.engine, said.host, said.port, said.database, said.changed]
        return json.dumps([*where, sorted(said.queries.items())])

    def full(self, part: Part) -> Iterator[Page]:
        """Everything of one part, in the snapshot of the whole read."""
        if part not in self._settings.queries:
            yield Page(last=True)
            return
        with _Closing(self, part):
            if part is Part.MEMBERSHIPS:
                pages = pages_of(Memberships(self.name_of(part)), self._stream(part), self._rows)
            else:
                _ids, repeated = self._ids(part)
                collector = Objects(part, self.name_of(part), repeated)
                pages = pages_of(collector, self._keyed(part), self._rows)
            for page in pages:
                yield replace(page, cursor=self._cursor(part)) if page.last else page

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        """The people who changed, and the ids of all; other parts are read whole."""
        if part is not Part.USERS or not self._settings.changed or cursor == ALWAYS_WHOLE:
            raise CursorExpired
        since = Watermark.read(cursor)
        with _Closing(self, part):
            if since.is_after(self._newest()):
                raise CursorExpired
            ids, repeated = self._ids(part)
            yield Page(present=tuple(filter(None, ids)), complete=all(ids))
            collector = Objects(part, self.name_of(part), repeated)
            for page in pages_of(collector, self._since(since), self._rows):
                yield replace(page, cursor=self._cursor(part), whole=True) if page.last else page

    def snapshot(self, part: Part) -> Snapshot:
        """The connection of this read; the first part begins a new one."""
        if part is self.parts()[0]:
            _close(self._open)
        if not self._open:
            self._open.append(Snapshot(self._settings, self._password))
        return self._open[0]

    def end(self) -> None:
        """Let go of the database."""
        _close(self._open)

    def _table(self, part: Part) -> str:
        base = self._current.literal(self._settings.queries[part])
        return f"(\n{base}\n) AS rollcall"

    @property
    def _current(self) -> Snapshot:
        if not self._open:
            self._open.append(Snapshot(self._settings, self._password))
        return self._open[0]

    def _columns(self, part: Part) -> tuple[str, ...]:
        return self._current.columns(f"SELECT * FROM {self._table(part)} WHERE 1 = 0")  # noqa: S608

    def _column_problems(self, part: Part) -> list[Problem]:
        names = [canonical(part, name) for name in self._columns(part)]
        problems = header_problems(part, names, self.name_of(part))
        changed = self._settings.changed
        if part is Part.USERS and changed and changed not in self._columns(part):
            message = _("The query of people has no column “%(column)s”.") % {"column": changed}
            problems.append(Problem("changed", message, _("Select it too, or leave this empty.")))
        return [replace(one, line=None) for one in problems]

    def _key(self, part: Part) -> str:
        """The key column as the database calls it."""
        return next(one for one in self._columns(part) if canonical(part, one) == "id")

    def _ids(self, part: Part) -> tuple[list[str], dict[str, str]]:
        """The ids of all rows, empty where none can be read, and why some are refused."""
        key = self._key(part)
        query = f"SELECT {self._current.quoted(key)} FROM {self._table(part)}"  # noqa: S608
        found: list[str] = []
        for names, cells in self._current.run(query, (), self._rows):
            found.append(readable_id(row_of(part, 0, names, cells)))
        counts = Counter(map(fold_key, found))
        reason = _("The id “%(id)s” is in %(count)d rows: none of them was imported.")
        repeated = {
            fold_key(one): reason % {"id": one[:60], "count": counts[fold_key(one)]}
            for one in found
            if one and counts[fold_key(one)] > 1
        }
        return found, repeated

    def _keyed(self, part: Part) -> Iterator[Row]:
        """Every row, a page at a time by the key; rows without a key come first."""
        key = self._current.quoted(self._key(part))
        number = 0
        for row in self._selected(part, f"{key} IS NULL", (), number):
            number = row.line
            yield row
        last: Sequence[object] = ()
        while True:
            where = f"{key} > {self._current.place}" if last else f"{key} IS NOT NULL"
            seen = 0
            for row, raw in self._page(part, where, last, key, number):
                number, seen, last = row.line, seen + 1, (raw,)
                yield row
            if seen < self._rows:
                return

    def _page(
        self, part: Part, where: str, values: Sequence[object], key: str, number: int
    ) -> Iterator[tuple[Row, object]]:
        query = f"SELECT * FROM {self._table(part)} WHERE {where} ORDER BY {key} LIMIT {self._rows}"  # noqa: S608
        for names, cells in self._current.run(query, values, self._rows):
            number += 1
            place = next(at for at, one in enumerate(names) if canonical(part, one) == "id")
            yield self._row(part, number, names, cells), cells[place]

    def _since(self, since: Watermark) -> Iterator[Row]:
        column, sign = self._current.quoted(self._settings.changed), self._current.place
        where = f"{column} >= {sign} OR {column} IS NULL"
        values = (since.less(self._settings.overlap_minutes),)
        return self._selected(Part.USERS, where, values, 0)

    def _stream(self, part: Part) -> Iterator[Row]:
        return self._selected(part, "1 = 1", (), 0)

    def _selected(
        self, part: Part, where: str, values: Sequence[object], number: int
    ) -> Iterator[Row]:
        query = f"SELECT * FROM {self._table(part)} WHERE {where}"  # noqa: S608
        for names, cells in self._current.run(query, values, self._rows):
            number += 1
            yield self._row(part, number, names, cells)

    def _row(self, part: Part, number: int, names: Sequence[str], cells: Sequence[object]) -> Row:
        """A row without the column of changes: to be touched is no change of a person."""
        kept = [
            (name, cell)
            for name, cell in zip(names, cells, strict=True)
            if part is not Part.USERS or name != self._settings.changed
        ]
        return row_of(part, number, [name for name, _cell in kept], [cell for _name, cell in kept])

    def _newest(self) -> object:
        column = self._current.quoted(self._settings.changed)
        query = f"SELECT MAX({column}) FROM {self._table(Part.USERS)}"  # noqa: S608
        return next((cells[0] for _names, cells in self._current.run(query, (), 1)), None)

    def _cursor(self, part: Part) -> str:
        if not self._settings.changed:
            return ""
        if part is not Part.USERS:
            return ALWAYS_WHOLE
        found = watermark_of(self._newest())
        return found.cursor() if found is not None else ""


class _Closing:
    """A part being read: its snapshot ends with the last part, or with whatever stops it."""

    def __init__(self, source: SqlSource, part: Part) -> None:
        self._source = source
        self._part = part

    def __enter__(self) -> None:
        self._source.snapshot(self._part)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None or self._part is self._source.parts()[-1]:
            self._source.end()


def _close(snapshots: list[Snapshot]) -> None:
    while snapshots:
        snapshots.pop().close()
