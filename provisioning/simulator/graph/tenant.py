"""One tenant: people, groups, memberships and managers, and every way in which they change.

Each change takes the next number. What Graph does not announce takes none: when a person is
deleted, no group and no subordinate is told (learn.microsoft.com/graph/delta-query-groups).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping

from provisioning.simulator.graph.apps import Apps
from provisioning.simulator.graph.objects import Entry, Life
from provisioning.simulator.graph.properties import GROUP, USER, is_known
from provisioning.simulator.graph.refusals import bad_request, not_found
from provisioning.simulator.graph.times import iso

_SPACE = uuid.UUID("5d3f7a10-9f5f-4b62-8a3e-0c7c1f1b7e55")


class Tenant:
    """The state of the directory, and its verbs; the caller of a verb holds `lock`."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Start empty."""
        self.lock = threading.RLock()
        self.number = 0
        self.entries: dict[str, dict[str, Entry]] = {USER: {}, GROUP: {}}
        self.others: dict[str, str] = {}
        self.apps = Apps(self, now)
        self._now = now

    @property
    def users(self) -> dict[str, Entry]:
        """Return the people by id, deleted and purged ones too."""
        return self.entries[USER]

    @property
    def groups(self) -> dict[str, Entry]:
        """Return the groups by id, deleted ones too."""
        return self.entries[GROUP]

    def add_user(self, **properties: object) -> str:
        """Create a person; `manager` is an id. Answers the id."""
        manager = properties.pop("manager", None)
        entry = self._added(USER, {"accountEnabled": True, "userType": "Member", **properties})
        if manager:
            entry.relate(str(manager), self.number)
        return entry.id

    def add_group(self, members: Iterable[str] = (), **properties: object) -> str:
        """Create a group with these members. Answers the id."""
        defaults: dict[str, object] = {
            "securityEnabled": True,
            "mailEnabled": False,
            "groupTypes": [],
        }
        entry = self._added(GROUP, {**defaults, **properties})
        for member in members:
            entry.relate(str(member), self.number)
        return entry.id

    def add_other(self, type_: str, id: str = "") -> str:
        """Create an object that is neither person nor group: device, orgContact, …."""
        identifier = id or self._identifier(f"other {len(self.others)}")
        self.others[identifier] = type_
        return identifier

    def change(self, kind: str, id: str, **properties: object) -> None:
        """Set properties of a person or group; None is null."""
        entry = self.live(kind, id)
        self._check_names(kind, properties)
        number = self._next()
        for name, value in properties.items():
            if name not in entry.properties or entry.properties[name] != value:
                entry.properties[name] = value
                entry.changed[name] = number

    def set_manager(self, user: str, manager: str | None) -> None:
        """Give a person another manager, or none."""
        entry = self.live(USER, user)
        number = self._next()
        for former in [one for one in entry.related if one != manager]:
            entry.unrelate(former, number)
        if manager is not None and manager not in entry.related:
            entry.relate(self.live(USER, manager).id, number)

    def add_members(self, group: str, members: Iterable[str]) -> None:
        """Put people, groups or others into a group."""
        entry, number = self.live(GROUP, group), self._next()
        for member in members:
            entry.relate(member, number)

    def remove_members(self, group: str, members: Iterable[str]) -> None:
        """Take members out of a group."""
        entry, number = self.live(GROUP, group), self._next()
        for member in members:
            entry.unrelate(member, number)

    def delete(self, kind: str, id: str) -> None:
        """Delete: softly a person or a Microsoft 365 group, a security group at once for good."""
        entry = self.live(kind, id)
        if kind == GROUP and "Unified" not in list(_listed(entry.properties.get("groupTypes"))):
            self._end(entry)
            return
        entry.life, entry.turned = Life.DELETED, self._next()
        entry.properties["deletedDateTime"] = iso(self._now())

    def restore(self, kind: str, id: str) -> None:
        """Bring a soft-deleted object back as it was, memberships included."""
        entry = self._deleted(kind, id)
        entry.life, entry.turned = Life.LIVE, self._next()
        entry.properties.pop("deletedDateTime", None)

    def purge(self, kind: str, id: str) -> None:
        """End a soft-deleted object for good."""
        self._end(self._deleted(kind, id))

    def live(self, kind: str, identifier: str) -> Entry:
        """Return a live object by id, a person also by userPrincipalName; else refuse."""
        entry = self.entries[kind].get(identifier.lower())
        if entry is None and kind == USER and "@" in identifier:
            entry = self._named(identifier)
        if entry is None or entry.life is not Life.LIVE:
            raise not_found(identifier)
        return entry

    def type_of(self, identifier: str) -> str | None:
        """Return Graph's type of an object that a list may show; None for what is deleted."""
        for kind, entries in self.entries.items():
            if (entry := entries.get(identifier)) is not None:
                return f"#microsoft.graph.{kind}" if entry.life is Life.LIVE else None
        other = self.others.get(identifier)
        return f"#microsoft.graph.{other}" if other else None

    def _added(self, kind: str, properties: Mapping[str, object]) -> Entry:
        self._check_names(kind, properties)
        number = self._next()
        given = properties.get("id")
        identifier = str(given).lower() if given else self._identifier(f"{kind} {number}")
        if identifier in self.entries[kind]:
            raise bad_request(f"Another object with the id '{identifier}' exists.")
        held = {"createdDateTime": iso(self._now()), **properties, "id": identifier}
        entry = Entry(identifier, kind, held, number, dict.fromkeys(held, number), turned=number)
        self.entries[kind][identifier] = entry
        return entry

    def _end(self, entry: Entry) -> None:
        entry.life, entry.turned = Life.PURGED, self._next()
        for entries in self.entries.values():
            for other in entries.values():
                other.forget(entry.id)
        self.apps.forget(entry.id)

    def _deleted(self, kind: str, identifier: str) -> Entry:
        entry = self.entries[kind].get(identifier.lower())
        if entry is None or entry.life is not Life.DELETED:
            raise not_found(identifier)
        return entry

    def _named(self, name: str) -> Entry | None:
        for entry in self.users.values():
            if str(entry.properties.get("userPrincipalName", "")).lower() == name.lower():
                return entry
        return None

    def _check_names(self, kind: str, properties: Iterable[str]) -> None:
        unknown = [name for name in properties if not is_known(kind, name)]
        if unknown:
            raise bad_request(f"A {kind} has no property '{unknown[0]}'.")

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _identifier(self, of: str) -> str:
        return str(uuid.uuid5(_SPACE, of))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
