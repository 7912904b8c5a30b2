"""A small company as the world knows it: the truth that imports tell of, and who should get in."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

from provisioning.core.problems import Problem
from provisioning.core.resource import Kind
from provisioning.sources.base import Edge, Page, Part, Record

DEPARTMENTS = ("Sales", "Support")
SHRINK_COUNT = 3
SHRINK_PERCENT = 10


@dataclass
class Person:
    """One person as the source describes them."""

    id: str
    address: str
    name: str
    title: str
    department: str
    manager: str = ""
    enabled: bool = True
    soft_deleted: bool = False

    @property
    def active(self) -> bool:
        return self.enabled and not self.soft_deleted

    def record(self) -> Record:
        return Record(
            self.id,
            {
                "userPrincipalName": self.address,
                "displayName": self.name,
                "mail": f"{self.id}@mail.example",
                "jobTitle": self.title,
                "department": self.department,
                "manager": self.manager or None,
                "accountEnabled": self.enabled,
                "deletedDateTime": "2030-01-01T00:00:00Z" if self.soft_deleted else None,
            },
        )


@dataclass
class Company:
    """Everybody, and who is in which group."""

    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    hired: int = 0

    def hire(self, chance: Random) -> Person:
        """Somebody new; sometimes with a manager and a group."""
        self.hired += 1
        key = f"p{self.hired}"
        person = Person(
            key,
            f"{key}@contoso.example",
            f"Person {key}",
            "Agent",
            chance.choice(DEPARTMENTS),
            manager=chance.choice([*self.people, ""]),
        )
        self.people[key] = person
        for members in self.groups.values():
            if chance.random() < 0.5:
                members.add(key)
        return person

    def remove(self, key: str) -> None:
        """Gone for good, with all memberships."""
        del self.people[key]
        for members in self.groups.values():
            members.discard(key)

    def copy(self) -> Company:
        return deepcopy(self)


@dataclass
class Settings:
    """What one application's configuration says of who gets in and with what."""

    scope: str = "assigned"
    people: dict[str, str] = field(default_factory=dict)
    """Assigned people with their role; empty is Default Access."""
    groups: dict[str, str] = field(default_factory=dict)
    department: str = ""
    """Whom the scoping filter lets in; empty is everybody."""
    title: str = ""
    """A constant title; empty takes the person's."""
    leaving: str = "disable"
    deletion: str = "delete"

    def copy(self) -> Settings:
        return deepcopy(self)

    def gets_in(self, company: Company, key: str) -> bool:
        """Whether the person should have an active account."""
        person = company.people.get(key)
        if person is None or not person.active:
            return False
        if self.department and person.department != self.department:
            return False
        if self.scope == "all":
            return True
        through = [role for group, role in self.groups.items() if key in company.groups[group]]
        return any([self.people.get(key, ""), *through])

    def takes_group(self, group: str) -> bool:
        """Whether the group is kept in step."""
        return self.scope == "all" or bool(self.groups.get(group))


@dataclass
class Export:
    """What a source hands over: a company, by pages, in any order."""

    company: Company
    page: int
    chance: Random
    kind: str = "simulation"

    def parts(self) -> tuple[Part, ...]:
        return tuple(Part)

    def name_of(self, part: Part) -> str:
        return part.value

    def check(self) -> list[Problem]:
        return []

    def schema(self, part: Part) -> tuple[str, ...]:
        return ()

    def full(self, part: Part) -> Iterator[Page]:
        """Everything of a part, shuffled: no order means anything (I18)."""
        rows: list[Record] | list[Edge]
        if part is Part.USERS:
            rows = [person.record() for person in self.company.people.values()]
        elif part is Part.GROUPS:
            rows = [Record(one, {"displayName": f"Group {one}"}) for one in self.company.groups]
        else:
            rows = [
                Edge(group, member, Kind.USER)
                for group, members in self.company.groups.items()
                for member in sorted(members)
            ]
        self.chance.shuffle(rows)
        for start in range(0, len(rows), self.page):
            some = rows[start : start + self.page]
            records = tuple(one for one in some if isinstance(one, Record))
            edges = tuple(one for one in some if isinstance(one, Edge))
            yield Page(records, edges)
        yield Page(last=True)


def shrinks(before: Company, after: Company) -> bool:
    """Whether so many are missing that the import must not believe it (F23)."""
    missing = len(before.people.keys() - after.people.keys())
    return missing > SHRINK_COUNT and missing * 100 > SHRINK_PERCENT * len(before.people)
