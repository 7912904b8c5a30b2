"""The accounts and groups, in memory, found by id, userName, externalId and displayName at once.

A stored resource is never changed: it is replaced by its next version, so that whoever holds one
(the record, an answer being written) holds what was true then. The lock belongs to the caller.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from provisioning.simulator.schema import Document

LONGEST_LAG = 600.0


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of a user or group; `state` is active, inactive or deleted."""

    kind: str
    id: str
    state: str
    version: int
    created: float
    modified: float
    attributes: Document
    members: Mapping[str, Document] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what identifies it to people: userName or displayName, without case."""
        key = "userName" if self.kind == "User" else "displayName"
        return str(self.attributes.get(key, "")).casefold()

    @property
    def present(self) -> bool:
        """Tell whether it is not deleted."""
        return self.state != "deleted"

    def document(self) -> Document:
        """Return its attributes with its id, and its members where it is a group."""
        document: Document = {"id": self.id, **self.attributes}
        if self.members:
            document["members"] = list(self.members.values())
        return document


class Index:
    """Ids by a key; several resources may share a key."""

    def __init__(self) -> None:
        """Start empty."""
        self._ids: dict[str, dict[str, None]] = {}

    def get(self, key: str) -> list[str]:
        """Return the ids under a key, oldest first."""
        return list(self._ids.get(key, ()))

    def add(self, key: str, identifier: str) -> None:
        """Put an id under a key."""
        self._ids.setdefault(key, {})[identifier] = None

    def remove(self, key: str, identifier: str) -> None:
        """Take an id from a key, if it is there."""
        held = self._ids.get(key)
        if held is not None:
            held.pop(identifier, None)
            if not held:
                del self._ids[key]


class Collection:
    """All users, or all groups, with their indexes."""

    def __init__(self, kind: str) -> None:
        """Start empty."""
        self.kind = kind
        self.everything: dict[str, Stored] = {}
        self.by_state: dict[str, dict[str, None]] = {"active": {}, "inactive": {}, "deleted": {}}
        self.by_name = Index()
        self.deleted_by_name = Index()
        self.by_external_id = Index()

    def get(self, identifier: str) -> Stored | None:
        """Return the resource unless it is unknown or deleted."""
        stored = self.everything.get(identifier)
        return stored if stored is not None and stored.present else None

    def put(self, stored: Stored) -> Stored | None:
        """Take the next version of a resource; return the one before."""
        before = self.everything.get(stored.id)
        if before is not None:
            self._unindex(before)
        self.everything[stored.id] = stored
        if before is None or before.state != stored.state:
            self.by_state[stored.state][stored.id] = None
        names = self.by_name if stored.present else self.deleted_by_name
        names.add(stored.name, stored.id)
        if stored.present and "externalId" in stored.attributes:
            self.by_external_id.add(str(stored.attributes["externalId"]), stored.id)
        if before is not None and before.state != stored.state:
            self.by_state[before.state].pop(before.id, None)
        return before

    def present(self) -> Iterator[Stored]:
        """Return all that is not deleted, in the order of creation."""
        return (stored for stored in self.everything.values() if stored.present)

    def count(self) -> int:
        """Return how many are not deleted."""
        return len(self.by_state["active"]) + len(self.by_state["inactive"])

    def _unindex(self, stored: Stored) -> None:
        self.by_name.remove(stored.name, stored.id)
        self.deleted_by_name.remove(stored.name, stored.id)
        if "externalId" in stored.attributes:
            self.by_external_id.remove(str(stored.attributes["externalId"]), stored.id)


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that a request changed; `action` is create, update, delete, restore, cascade."""

    action: str
    before: Stored | None
    after: Stored


class Store:
    """Users and groups together, what changed lately, and who listens to changes."""

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()
        self.users = Collection("User")
        self.groups = Collection("Group")
        self.groups_of: dict[str, dict[str, None]] = {}
        self.recent: deque[tuple[float, Stored | None, Stored]] = deque()
        self.remember_recent = False
        self.listeners: list[Callable[[Change], None]] = []

    def collection(self, kind: str) -> Collection:
        """Return the users or the groups."""
        return self.users if kind == "User" else self.groups

    def put(self, action: str, stored: Stored) -> Change:
        """Apply a change and tell the listeners."""
        before = self.collection(stored.kind).put(stored)
        if stored.kind == "Group":
            self._note_members(before, stored)
        if self.remember_recent:
            self._remember(before, stored)
        change = Change(action, before, stored)
        for listener in self.listeners:
            listener(change)
        return change

    def clear(self) -> None:
        """Forget every resource."""
        self.users = Collection("User")
        self.groups = Collection("Group")
        self.groups_of.clear()
        self.recent.clear()

    def changed_since(self, moment: float) -> dict[tuple[str, str], Stored | None]:
        """Return what each resource changed since then was at that moment."""
        earlier: dict[tuple[str, str], Stored | None] = {}
        for at, before, after in self.recent:
            if at > moment:
                earlier.setdefault((after.kind, after.id), before)
        return earlier

    def _note_members(self, before: Stored | None, after: Stored) -> None:
        held = before.members if before is not None and before.present else {}
        wanted = after.members if after.present else {}
        for member in held.keys() - wanted.keys():
            groups = self.groups_of.get(member)
            if groups is not None:
                groups.pop(after.id, None)
                if not groups:
                    del self.groups_of[member]
        for member in wanted.keys() - held.keys():
            self.groups_of.setdefault(member, {})[after.id] = None

    def _remember(self, before: Stored | None, after: Stored) -> None:
        self.recent.append((after.modified, before, after))
        while self.recent and self.recent[0][0] < after.modified - LONGEST_LAG:
            self.recent.popleft()
