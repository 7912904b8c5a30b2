"""Rows of a table, wherever it lies, as pages of records and memberships.

A row that is refused counts as present; one without an id could be anybody, so that its read is not
complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from provisioning.core.directory_keys import fold_key
from provisioning.sources.base import Edge, Finding, Page, Part, Record
from provisioning.sources.columns import BadValue
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


class Collector:
    """Gathers one page of findings and results; `place` is what findings name."""

    def __init__(self, place: str, *, changes: bool = False) -> None:
        self._place = place
        self._changes = changes
        self.start()

    def start(self) -> None:
        """Begin a page."""
        self.records: list[Record] = []
        self.edges: list[Edge] = []
        self.gone: list[str] = []
        self.ended: list[Edge] = []
        self._present: list[str] = []
        self._rejected: list[Finding] = []
        self._warnings: list[Finding] = []
        self._complete = True

    def page(self) -> Page:
        """What was gathered."""
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
        self._rejected.append(Finding(self._place, row.line, reason))
        if source_id:
            self._present.append(source_id)
        else:
            self._complete = False

    def warn(self, row: Row, reason: str) -> None:
        """Note something about a row that is taken."""
        self._warnings.append(Finding(self._place, row.line, reason))

    def leaves(self, row: Row) -> bool:
        """Whether a row of a table of changes says that it is no more."""
        return self._changes and says_gone(row)

    def take(self, row: Row) -> None:
        """Judge one row."""
        raise NotImplementedError


class Objects(Collector):
    """Rows of people or groups; `repeated` says by folded id why all its rows are refused."""

    def __init__(
        self, part: Part, place: str, repeated: Mapping[str, str], *, changes: bool = False
    ) -> None:
        super().__init__(place, changes=changes)
        self._part = part
        self._repeated = repeated

    def take(self, row: Row) -> None:
        """A record, somebody who is gone, or a finding."""
        source_id = readable_id(row)
        if reason := self._repeated.get(fold_key(source_id)):
            self.reject(row, reason, source_id)
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


class Memberships(Collector):
    """Rows of memberships."""

    def take(self, row: Row) -> None:
        """A membership, one that ended, or a finding."""
        try:
            told = self.ended if self.leaves(row) else self.edges
            told.append(edge(row))
        except BadValue as error:
            self.reject(row, str(error))
        except UnusableMember as skipped:
            self.warn(row, str(skipped))


def pages_of(collector: Collector, rows: Iterable[Row], size: int = PAGE) -> Iterator[Page]:
    """Every row through the collector, `size` rows a page; the last page says so."""
    for count, row in enumerate(rows, start=1):
        collector.take(row)
        if count % size == 0:
            yield collector.page()
            collector.start()
    yield replace(collector.page(), last=True)
