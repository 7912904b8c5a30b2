"""A directory in the process that tells its changes: one that announces each, as Microsoft Graph
does, and one that lists everybody who is there, as an LDAP server without a session log does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from provisioning.core.problems import Problem
from provisioning.core.resource import Kind
from provisioning.sources.base import (
    CursorExpired,
    DirectorySource,
    Edge,
    Page,
    Part,
    Record,
)
from provisioning.tests.sources.conformance.opponent import Can
from provisioning.tests.sources.conformance.tables import Member, Tables

PAGE = 3
SECRET = "correct horse battery staple"


class Announcing(Tables):
    """Every change is kept with a number; a cursor is the number up to which it was read."""

    name = "in memory, announcing"
    can = frozenset(Can)
    secret = SECRET
    lists = False

    def __init__(self) -> None:
        super().__init__()
        self.log: list[tuple[Kind, str] | tuple[str, Member]] = []
        self.generation = 0

    def note(self, kind: Kind, key: str) -> None:
        self.log.append((kind, key))

    def note_member(self, group: str, member: Member) -> None:
        self.log.append((group, member))

    def source(self) -> DirectorySource:
        return _Source(self, "everybody")

    def filtered_source(self) -> DirectorySource:
        return _Source(self, "everybody with a name")

    def expire_cursors(self) -> None:
        self.generation += 1

    def cursor(self) -> str:
        """From where the changes after this moment are told."""
        return f"{self.generation}:{len(self.log)}"


class Listing(Announcing):
    """The same, but who left is only missing from the list, and groups are told whole."""

    name = "in memory, listing"
    lists = True


class _Source:
    kind = "memory"

    def __init__(self, directory: Announcing, query: str) -> None:
        self._directory = directory
        self._query = query
        self._password = directory.secret

    def parts(self) -> tuple[Part, ...]:
        return tuple(Part)

    def name_of(self, part: Part) -> str:
        return f"memory {part.value}"

    def check(self) -> list[Problem]:
        return []

    def schema(self, part: Part) -> tuple[str, ...]:
        return ("id", "displayName")

    def basis(self) -> str:
        return self._query

    def full(self, part: Part) -> Iterator[Page]:
        here, cursor = self._directory, self._directory.cursor()
        match part:
            case Part.USERS:
                pages = _records([self._person(key) for key in here.people])
            case Part.GROUPS:
                pages = _records([self._group(key) for key in here.groups])
            case Part.MEMBERSHIPS:
                pages = _edges([self._edge(g, m) for g in here.groups for m in here.groups[g]])
        yield from pages
        yield Page(last=True, cursor=cursor)

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        here = self._directory
        generation, number = map(int, cursor.split(":"))
        if generation < here.generation:
            raise CursorExpired
        last = Page(last=True, cursor=here.cursor())
        changed = list(dict.fromkeys(here.log[number:]))
        if part is Part.MEMBERSHIPS:
            yield from self._changed_members(
                [(group, member) for group, member in changed if not isinstance(group, Kind)]  # type: ignore[misc]
            )
        else:
            kind = Kind.USER if part is Part.USERS else Kind.GROUP
            keys = [key for what, key in changed if what is kind]
            yield from self._changed_objects(kind, [key for key in keys if isinstance(key, str)])
            last = replace(last, whole=here.lists)
        yield last

    def _changed_objects(self, kind: Kind, keys: list[str]) -> Iterator[Page]:
        here = self._directory
        there = here.people if kind is Kind.USER else here.groups
        tell = self._person if kind is Kind.USER else self._group
        if here.lists:
            yield Page(present=tuple(map(here.id_of, there)))
        else:
            yield Page(gone=tuple(here.id_of(key) for key in keys if key not in there))
        yield from _records([tell(key) for key in keys if key in there])

    def _changed_members(self, changed: list[tuple[str, Member]]) -> Iterator[Page]:
        here = self._directory
        changed = [(group, member) for group, member in changed if group in here.groups]
        if here.lists:
            groups = list(dict.fromkeys(group for group, _member in changed))
            yield from _edges([self._edge(g, m) for g in groups for m in here.groups[g]])
            yield Page(rosters=tuple(map(here.id_of, groups)))
            return
        held = [(g, m) for g, m in changed if m in here.groups[g]]
        yield from _edges([self._edge(g, m) for g, m in held])
        over = [self._edge(g, m) for g, m in changed if m not in here.groups[g]]
        yield Page(ended=tuple(over))

    def _person(self, key: str) -> Record:
        return Record(self._directory.id_of(key), self._directory.row(key))

    def _group(self, key: str) -> Record:
        return Record(self._directory.id_of(key), {"displayName": key})

    def _edge(self, group: str, member: Member) -> Edge:
        here = self._directory
        return Edge(here.id_of(group), here.id_of(member[1]), member[0])


def _records(records: list[Record]) -> Iterator[Page]:
    waiting = iter(records)
    while page := tuple(islice(waiting, PAGE)):
        yield Page(records=page)


def _edges(edges: list[Edge]) -> Iterator[Page]:
    waiting = iter(edges)
    while page := tuple(islice(waiting, PAGE)):
        yield Page(edges=page)
