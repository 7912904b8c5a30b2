"""People and groups in memory, for the opponents that write files or answer from the process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from provisioning.core.resource import Kind, Value
from provisioning.tests.sources.conformance.opponent import Person

Member = tuple[Kind, str]


@dataclass
class Tables:
    """What the directory holds; every change is told to `note` by part and id."""

    people: dict[str, Person] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    soft_deleted: set[str] = field(default_factory=set)
    groups: dict[str, set[Member]] = field(default_factory=dict)

    def note(self, kind: Kind, key: str) -> None:
        """A person or group changed, appeared or left."""

    def note_member(self, group: str, member: Member) -> None:
        """A membership began or ended."""

    def id_of(self, key: str) -> str:
        return f"id-{key}"

    def put_people(self, people: Iterable[Person]) -> None:
        for one in people:
            self.people[one.key] = one
            self.note(Kind.USER, one.key)

    def rename(self, key: str, name: str) -> None:
        self.put_people([replace(self.people[key], name=name)])

    def move(self, key: str, unit: str) -> None:
        self.put_people([replace(self.people[key], extra={"department": unit})])

    def disable(self, key: str, *, disabled: bool = True) -> None:
        (self.disabled.add if disabled else self.disabled.discard)(key)
        self.note(Kind.USER, key)

    def soft_delete(self, key: str, *, deleted: bool = True) -> None:
        (self.soft_deleted.add if deleted else self.soft_deleted.discard)(key)
        self.note(Kind.USER, key)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            del self.people[key]
            self.note(Kind.USER, key)
            # As real directories do it: no group is announced as changed (rule 6).
            for members in self.groups.values():
                members.discard((Kind.USER, key))

    def put_group(self, key: str, members: Iterable[Member]) -> None:
        self.groups[key] = set()
        self.note(Kind.GROUP, key)
        for kind, member in members:
            self.add_member(key, member, kind)

    def delete_group(self, key: str) -> None:
        del self.groups[key]
        self.note(Kind.GROUP, key)

    def add_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        self.groups[group].add((kind, member))
        self.note_member(group, (kind, member))

    def remove_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        self.groups[group].discard((kind, member))
        self.note_member(group, (kind, member))

    def close(self) -> None:
        """Nothing is open."""

    def row(self, key: str) -> dict[str, Value]:
        """A person as a directory file has them; None for absent."""
        one = self.people[key]
        return {
            "displayName": one.name,
            "mail": one.mail or None,
            "manager": self.id_of(one.manager) if one.manager else None,
            "department": one.extra.get("department"),
            "accountEnabled": key not in self.disabled,
            "deletedDateTime": "2026-11-22T09:00:00Z" if key in self.soft_deleted else None,
        }
