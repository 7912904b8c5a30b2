"""The company that every opponent plays, and what the directory must hold of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from provisioning.core.resource import Kind
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.models.directory import DirectoryObject
from provisioning.models.membership import Membership
from provisioning.sources.base import DirectorySource
from provisioning.tests.sources.conformance.opponent import Opponent, Person
from provisioning.tests.sources.directories import NOW

NAME = "company"
PEOPLE = [f"p{number:02}" for number in range(24)]
STAFF = PEOPLE[:8]


def fill(opponent: Opponent) -> None:
    """24 people, each with the next as manager and the last with the first; three groups, one in
    another.
    """
    managers = [*PEOPLE[1:], PEOPLE[0]]
    opponent.put_people(
        Person(key, f"Person {key}", f"{key}@example.com", manager)
        for key, manager in zip(PEOPLE, managers, strict=True)
    )
    opponent.put_group("staff", [(Kind.USER, key) for key in STAFF])
    opponent.put_group("night", [(Kind.USER, PEOPLE[20])])
    opponent.put_group("all", [(Kind.GROUP, "staff"), (Kind.USER, PEOPLE[9])])


def read(
    source: DirectorySource, terms: Terms | None = None, *, now: datetime = NOW, name: str = NAME
) -> ImportReport:
    """One import."""
    return import_directory(source, name=name, now=now, terms=terms)


def stored(opponent: Opponent, key: str, kind: Kind = Kind.USER) -> DirectoryObject:
    """What the directory holds of a person or group."""
    here = DirectoryObject.objects.filter(origin__name=NAME, kind=kind.value)
    return here.get(source_key=opponent.id_of(key).lower())


def people_present() -> int:
    """How many people the directory holds of the company."""
    return DirectoryObject.objects.people().present().filter(origin__name=NAME).count()


def everything(name: str = NAME) -> dict[str, object]:
    """The directory as values that compare: objects with state and attributes, and edges. A manager
    who is gone is none, whether a source still names them or not.
    """
    present = list(DirectoryObject.objects.present().filter(origin__name=name))
    here = {one.source_key for one in present}
    objects = {
        (one.kind, one.source_id): (
            one.state,
            {
                key: value
                for key, value in one.attributes.items()
                if key != "manager" or one.manager_key in here
            },
        )
        for one in present
    }
    return {"objects": objects, "edges": edges(name)}


def edges(name: str = NAME) -> set[tuple[str, str, bool]]:
    """Every membership: group, member, and whether the member is known."""
    rows = Membership.objects.current().filter(group__origin__name=name)
    return {
        (group, member, known is not None)
        for group, member, known in rows.values_list("group__source_key", "member_key", "member_id")
    }


def members_of(opponent: Opponent, key: str) -> set[str]:
    """The keys, among the company's, of a group's members in the directory."""
    ids = {opponent.id_of(one).lower(): one for one in [*PEOPLE, "new", "staff", "night", "all"]}
    group = opponent.id_of(key).lower()
    return {ids.get(member, member) for one, member, _known in edges() if one == group}


def ids(opponent: Opponent, keys: Iterable[str]) -> set[str]:
    """Their ids as the directory compares them."""
    return {opponent.id_of(key).lower() for key in keys}
