"""Whoever plays a directory: what the suite asks of it, in words that fit every kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from provisioning.core.resource import Kind
from provisioning.sources.base import DirectorySource


class Can(Enum):
    """What only some directories know."""

    FEED = auto()
    EXPIRE = auto()
    DISABLE = auto()
    SOFT_DELETE = auto()
    EMPTY_GROUP = auto()
    MOVE = auto()
    SECRET = auto()
    FILTER = auto()
    DANGLING = auto()


@dataclass(frozen=True)
class Person:
    """Somebody as the suite knows them; `manager` is another one's key."""

    key: str
    name: str
    mail: str = ""
    manager: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


class Opponent(Protocol):
    """A directory that does what it is told, and a source that reads it. People and groups are
    named by keys of the suite; `id_of` says under which id the source must report them.
    """

    name: str
    can: frozenset[Can]
    secret: str

    def source(self) -> DirectorySource: ...

    def filtered_source(self) -> DirectorySource:
        """The same directory through a filter that leaves nobody out."""

    def id_of(self, key: str) -> str: ...

    def put_people(self, people: Iterable[Person]) -> None:
        """Add them, or change those who are there."""

    def rename(self, key: str, name: str) -> None: ...

    def move(self, key: str, unit: str) -> None: ...

    def disable(self, key: str, *, disabled: bool = True) -> None: ...

    def soft_delete(self, key: str, *, deleted: bool = True) -> None: ...

    def delete(self, keys: Iterable[str]) -> None: ...

    def put_group(self, key: str, members: Iterable[tuple[Kind, str]]) -> None: ...

    def delete_group(self, key: str) -> None: ...

    def add_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None: ...

    def remove_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None: ...

    def expire_cursors(self) -> None: ...

    def close(self) -> None: ...
