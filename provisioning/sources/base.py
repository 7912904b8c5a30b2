"""What every directory source offers, and the values it hands over (directory-sources 1).

A source reads; it decides nothing and writes nothing. It translates its own signals for "disabled"
and "soft-deleted" into `accountEnabled` and `deletedDateTime`; who is gone is decided by the
importer, from what was announced and from reads that proved themselves complete. Any page may come
twice, an object may be split over pages, and no order means anything. A source that can tell what
changed is a `ChangeFeed` too; the others are read whole and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

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
    nothing. One that `adds` leaves what it does not name as it was, in a read of everything too.
    """

    source_id: str
    attributes: Mapping[str, Value]
    line: int | None = None
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One membership as read, by source ids."""

    group: str
    member: str
    member_kind: Kind = Kind.USER
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of one read. `present` holds the ids of rows that were refused but are there, among
    memberships those of people and groups whose memberships cannot be seen now but hold;
    `complete` turns false when something was read whose id nobody can tell. Only a read that ends
    with a `last` page is over; every other end is a read that was cut off.

    Of changes: `gone` are ids announced as deleted, applied after the page's records; `ended` are
    memberships that are no more; of the groups in `rosters` this read named every member. With
    `whole`, it named everybody who is there, so that absence means something. `cursor` is from
    where to read on next time; the importer keeps it when the whole import has ended well.
    """

    records: tuple[Record, ...] = ()
    edges: tuple[Edge, ...] = ()
    present: tuple[str, ...] = ()
    rejected: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    complete: bool = True
    last: bool = False
    gone: tuple[str, ...] = ()
    ended: tuple[Edge, ...] = ()
    rosters: tuple[str, ...] = ()
    whole: bool = False
    cursor: str = ""


class CursorExpired(Exception):
    """The server no longer knows this cursor, or too much has changed since: read it all. This is a
    normal answer and no failure (directory-sources 1, rule 4).
    """


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
        """All of it, page by page, in bounded memory. Parts are asked for in their order."""


@runtime_checkable
class Sampling(Protocol):
    """What a source offers besides when a few can be had without beginning to read everything."""

    def sample(self, part: Part, count: int) -> tuple[Record, ...]:
        """Some people or groups, at most so many, for Test Connection."""


@runtime_checkable
class ChangeFeed(Protocol):
    """What a source offers besides when it can tell what changed since it was read."""

    def basis(self) -> str:
        """Everything a cursor depends on: attributes, filters, bases, the server's identity. A
        cursor with another basis is void (rule 3).
        """

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        """What changed since the cursor was handed out. A record names what the source knows of its
        object, None for "absent". Raises `CursorExpired`, at any page.
        """


@runtime_checkable
class Delivered(Protocol):
    """What a source offers besides when something is delivered to it now and then, as files are."""

    @property
    def merges(self) -> bool:
        """Whether what is delivered are changes only."""

    @property
    def arriving(self) -> bool:
        """Whether something is on its way: look again soon."""

    @property
    def memory(self) -> dict[str, Any]:
        """What to remember until the next time, as JSON keeps it."""

    def has_news(self, *, anew: bool) -> bool:
        """Whether there is something that was not read before; without it no read is made, and none
        recorded. `anew` reads it again, and takes what differs from before for meant.
        """

    def settle(self, lines: Sequence[str], *, well: bool) -> None:
        """Put away what was read, with what came of it."""


def state_of(kind: Kind, attributes: Mapping[str, Value]) -> State:
    """Active, disabled or soft-deleted, from the two attributes that say so (table 1.2)."""
    if attributes.get("deletedDateTime"):
        return State.SOFT_DELETED
    if kind is Kind.USER and attributes.get("accountEnabled") is False:
        return State.DISABLED
    return State.ACTIVE
