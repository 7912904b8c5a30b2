"""What every directory source offers, and the values it hands over (directory-sources 1).

A source reads; it decides nothing and writes nothing. It translates its own signals for "disabled"
and "soft-deleted" into `accountEnabled` and `deletedDateTime`; who is gone is decided by the
importer, from reads that proved themselves complete. Sources with a change feed add to this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from provisioning.core.problems import Problem
from provisioning.core.resource import Kind, State, Value


class Part(StrEnum):
    """What a source is asked for, one after the other."""

    USERS = "users"
    GROUPS = "groups"
    MEMBERSHIPS = "memberships"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about one place of what was read."""

    file: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """One person or group as read. A value of None says "absent"; a name that is not there says
    nothing.
    """

    source_id: str
    attributes: Mapping[str, Value]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One membership as read, by source ids."""

    group: str
    member: str
    member_kind: Kind = Kind.USER
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of one read. `present` holds the ids of rows that were refused but are there;
    `complete` turns false when something was read whose id nobody can tell.
    """

    records: tuple[Record, ...] = ()
    edges: tuple[Edge, ...] = ()
    present: tuple[str, ...] = ()
    rejected: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    complete: bool = True


class DirectorySource(Protocol):
    """One place to read people, groups and memberships from."""

    @property
    def kind(self) -> str:
        """The word under which the source is stored."""

    def parts(self) -> tuple[Part, ...]:
        """What this source can be asked for; the rest of the directory is left as it is."""

    def name_of(self, part: Part) -> str:
        """What a person calls the place a part is read from: a file's name, an address."""

    def check(self) -> list[Problem]:
        """Everything that makes reading pointless, found without importing anything."""

    def schema(self, part: Part) -> tuple[str, ...]:
        """The attributes that this part carries."""

    def full(self, part: Part) -> Iterator[Page]:
        """All of it, page by page, in bounded memory."""


def state_of(kind: Kind, attributes: Mapping[str, Value]) -> State:
    """Active, disabled or soft-deleted, from the two attributes that say so (table 1.2)."""
    if attributes.get("deletedDateTime"):
        return State.SOFT_DELETED
    if kind is Kind.USER and attributes.get("accountEnabled") is False:
        return State.DISABLED
    return State.ACTIVE
