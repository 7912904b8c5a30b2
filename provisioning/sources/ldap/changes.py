"""What changed on an LDAP server, with what servers do not announce: whoever comes into sight may
be named already, as a member of groups and as somebody's manager (directory-sources 3.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ldap.filter import escape_filter_chars

from provisioning.core.resource import Kind
from provisioning.sources.base import CursorExpired, Edge, Page, Part
from provisioning.sources.ldap.connection import Entry
from provisioning.sources.ldap.references import KIND_OF
from provisioning.sources.ldap.synchronising import Changed, Deleted, Done, Unchanged

if TYPE_CHECKING:
    from provisioning.sources.ldap.source import LdapSource

TOO_MANY = 1_000
"""With more changed objects, reading everything costs less than asking who names each of them."""
PAGE = 500
_TOGETHER = 20


class Changes:
    """The changes of one source; parts are asked for in their order."""

    def __init__(self, source: LdapSource) -> None:
        self._source = source
        # By name: who changed in this read, of which nobody says whether they were known before.
        self._changed: dict[str, tuple[Kind, str]] = {}

    def read(self, part: Part, cursor: str) -> Iterator[Page]:
        """Everything that changed in a part. Raises `CursorExpired`."""
        source = self._source
        if part is Part.USERS:
            self._changed.clear()
        waiting: list[Entry] = []
        query, attributes = source.queries[part], source.wanted(part)
        for event in source.signals.changes(query, attributes, cursor):
            match event:
                case Changed(_identity, entry):
                    waiting.append(entry)
                    if len(waiting) == PAGE:
                        yield from self._entries(part, waiting)
                        waiting = []
                case Deleted(ids) if part in KIND_OF:
                    yield Page(gone=ids)
                case Unchanged(ids) if part in KIND_OF:
                    yield Page(present=ids)
                case Done(place, announced):
                    yield from self._entries(part, waiting)
                    yield from self._named_before(part)
                    whole = not announced and part in KIND_OF
                    yield Page(last=True, cursor=place, whole=whole)

    def _entries(self, part: Part, entries: list[Entry]) -> Iterator[Page]:
        source = self._source
        if part is Part.MEMBERSHIPS:
            yield from source.member_pages(entries)
            return
        for entry in entries:
            self._changed[entry.dn] = (KIND_OF[part], source.server.id_of(entry))
        if len(self._changed) > TOO_MANY:
            raise CursorExpired
        yield source.object_page(part, entries)

    def _named_before(self, part: Part) -> Iterator[Page]:
        if part is Part.USERS:
            yield from self._reports()
        elif part is Part.MEMBERSHIPS:
            yield from self._groups_around()

    def _reports(self) -> Iterator[Page]:
        """The people who name somebody changed as their manager: read again with who that is."""
        source = self._source
        for names in _some(self._changed):
            query = _any_of(source.queries[Part.USERS], ("manager",), names)
            for entries in source.pages(query, source.wanted(Part.USERS)):
                yield source.object_page(Part.USERS, entries)

    def _groups_around(self) -> Iterator[Page]:
        """The groups that name somebody changed as their member."""
        source = self._source
        for names in _some(self._changed):
            query = _any_of(source.queries[Part.GROUPS], ("member", "uniqueMember"), names)
            for entries in source.pages(query, source.wanted(Part.MEMBERSHIPS)):
                for page in source.member_pages(entries):
                    edges = tuple(one for one in page.edges if self._is_changed(one))
                    yield Page(edges=edges)

    def _is_changed(self, edge: Edge) -> bool:
        return (edge.member_kind, edge.member) in self._changed.values()


def _any_of(query: str, attributes: tuple[str, ...], names: tuple[str, ...]) -> str:
    wanted = "".join(
        f"({attribute}={escape_filter_chars(name)})" for name in names for attribute in attributes
    )
    return f"(&{query}(|{wanted}))"


def _some(names: dict[str, tuple[Kind, str]]) -> Iterator[tuple[str, ...]]:
    listed = list(names)
    for start in range(0, len(listed), _TOGETHER):
        yield tuple(listed[start : start + _TOGETHER])
