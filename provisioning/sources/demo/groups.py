"""Contoso's groups: those of the tutorial, awkward ones, one per department, and teams whose sizes
follow a power law (directory-sources 7, W13, W14).
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from provisioning.core.resource import Kind, Value
from provisioning.sources.base import Edge, Record
from provisioning.sources.demo import company, known
from provisioning.sources.demo.awkward import NOBODY
from provisioning.sources.demo.names import EUROPE
from provisioning.sources.demo.people import Colleague

_EVERYONE = "All employees"
_EMPTY = "Nobody yet"
_NESTED = (
    # group, the groups in it: a chain, a diamond, a circle, and a group in itself
    (_EVERYONE, ()),
    (_EMPTY, ()),
    ("Region Europe", ("Country France", "Country Germany")),
    ("Country France", ("Site Lille",)),
    ("Country Germany", ("Site Lille",)),
    ("Site Lille", ()),
    ("Circle one", ("Circle two",)),
    ("Circle two", ("Circle one",)),
    ("In itself", ("In itself",)),
)
_TEAMS = ("Team", "Project", "Queue", "Campaign", "Desk")
_EMPTY_TEAMS = 0.15
_NESTED_TEAMS = 0.2


@dataclass(slots=True)
class Group:
    """A group while it is being filled."""

    identity: str
    name: str
    groups: list[str] = field(default_factory=list)

    def as_record(self) -> Record:
        attributes: dict[str, Value] = {"displayName": self.name, "securityEnabled": True}
        return Record(self.identity, attributes)


class Groups:
    """The first `count` groups of one seed."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed = seed
        self._count = count
        self._all = self._generate()[:count]
        self._ids = {group.name: group.identity for group in self._all}

    def records(self) -> Iterator[Record]:
        """Every group."""
        for group in self._all:
            yield group.as_record()

    def edges(self, workforce: list[Colleague]) -> Iterator[Edge]:
        """Every membership, groups in groups included; `workforce` are the generated people."""
        yield from self._known_edges()
        for person in workforce:
            for name in _groups_by_work(person):
                if name in self._ids:
                    yield Edge(self._ids[name], person.record.source_id)
        yield from self._nested_edges()
        yield from self._team_edges(workforce)

    def _generate(self) -> list[Group]:
        fixed = [Group(identity, name) for name, identity in known.GROUP_IDS.items()]
        nested = [
            Group(self._identity(name), name, [self._identity(one) for one in inside])
            for name, inside in _NESTED
        ]
        departments = [
            Group(self._identity(name), name) for name in map(_of_department, company.departments())
        ]
        teams = [self._team(number) for number in range(self._count)]
        return [*fixed, *nested, *departments, *teams]

    def _team(self, number: int) -> Group:
        name = f"{_TEAMS[number % len(_TEAMS)]} {number:04d}"
        dice = self._dice(name)
        inside = []
        if number and dice.random() < _NESTED_TEAMS:
            other = dice.randrange(number)
            inside = [self._identity(f"{_TEAMS[other % len(_TEAMS)]} {other:04d}")]
        return Group(self._identity(name), name, inside)

    def _known_edges(self) -> Iterator[Edge]:
        for name, members in known.MEMBERS.items():
            for member in members:
                if name in self._ids:
                    yield Edge(self._ids[name], member)
        if _EVERYONE in self._ids:
            yield Edge(self._ids[_EVERYONE], NOBODY)
        if known.CONTACT_CENTRE_EU in self._ids:
            inside = self._ids[known.CONTACT_CENTRE_FR]
            yield Edge(self._ids[known.CONTACT_CENTRE_EU], inside, Kind.GROUP)

    def _nested_edges(self) -> Iterator[Edge]:
        present = set(self._ids.values())
        for group in self._all:
            for inside in group.groups:
                if inside in present:
                    yield Edge(group.identity, inside, Kind.GROUP)

    def _team_edges(self, workforce: list[Colleague]) -> Iterator[Edge]:
        first_team = len(known.GROUP_IDS) + len(_NESTED) + len(company.departments())
        for group in self._all[first_team:]:
            dice = self._dice(f"{group.name}/members")
            size = 0 if dice.random() < _EMPTY_TEAMS else int(6 * dice.paretovariate(2))
            size = min(size, len(workforce) // 4)
            for person in dice.sample(workforce, size):
                yield Edge(group.identity, person.record.source_id)

    def _dice(self, name: str) -> random.Random:
        return random.Random(f"{self._seed}/{name}")  # noqa: S311  a demo, not a secret

    def _identity(self, name: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self._seed}.group.{name}.{company.DOMAIN}"))


def _groups_by_work(person: Colleague) -> Iterator[str]:
    if not person.is_member:
        return
    yield _EVERYONE
    yield _of_department(person.department)
    if person.department == company.CONTACT_CENTRE and person.country == "FR":
        yield known.CONTACT_CENTRE_FR
    elif person.department == company.CONTACT_CENTRE and person.country in EUROPE:
        yield known.CONTACT_CENTRE_EU
    elif person.department == company.SALES and person.country == "FR":
        yield known.SALES_FR


def _of_department(name: str) -> str:
    return f"Department {name}"
