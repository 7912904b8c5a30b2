"""Marked test objects: remembered before they are made, found again by their mark, taken away.

A mark is a name nobody has, stored before anything is sent, so that whatever a crash or a lost
answer leaves is found by the next run. Only what bears such a name is ever deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import LinkBroken, ObjectRejected
from provisioning.core.resource import Kind, Resource
from provisioning.engine.execution.sending import EVENTUALLY
from provisioning.models import Application, Connection
from provisioning.scim.client import ScimClient

PREFIX = "rollcall-probe-"
DOMAIN = "@rollcall.invalid"
"""Of userNames, which some targets want to be addresses; nobody gets mail there (RFC 2606)."""
NAMES = {Kind.USER: AttributePath.parse("userName"), Kind.GROUP: AttributePath.parse("displayName")}
MAY_BE = "may be"
"""In the place of an id: it was about to be made, and nobody knows whether it was."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one application, in its row."""

    application: Application

    def new(self, kind: Kind) -> str:
        """A name that nobody has, remembered before it is used."""
        name = f"{PREFIX}{uuid4().hex[:16]}{DOMAIN if kind is Kind.USER else ''}"
        self.about_to_make(kind, name)
        return name

    def about_to_make(self, kind: Kind, name: str) -> None:
        """Something of this name may exist from now on."""
        self._change(lambda marks: marks.setdefault(name, []).append([kind.value, MAY_BE]))

    def made(self, name: str, identity: str) -> None:
        """What was about to be made has this id."""

        def note(marks: dict[str, list[list[str]]]) -> None:
            pending = next(one for one in marks[name] if one[1] == MAY_BE)
            pending[1] = identity

        self._change(note)

    def forget(self, name: str) -> None:
        """Nothing of this name is left that could be taken away."""
        self._change(lambda marks: marks.pop(name, None))

    def left(self) -> dict[str, list[tuple[Kind, str]]]:
        """What may still exist, by name."""
        stored = Connection.objects.get(application=self.application).probe.get("marks", {})
        return {
            name: [(Kind(kind), identity) for kind, identity in made]
            for name, made in stored.items()
        }

    def _change(self, change: Callable[[dict[str, list[list[str]]]], object]) -> None:
        with transaction.atomic():
            rows = Connection.objects.select_for_update()
            connection = rows.get(application=self.application)
            marks = connection.probe.setdefault("marks", {})
            change(marks)
            connection.save(update_fields=["probe"])


def clean_up(client: ScimClient, marks: Marks, sleep: Callable[[float], None]) -> bool:
    """Take away everything marked; whether deleted accounts stay there, inactive.

    Raises what keeps the target from being asked: what is marked stays remembered.
    """
    soft = False
    left = sorted(marks.left().items(), key=lambda one: one[1][0][0] is Kind.USER)
    for name, made in left:  # groups first, so that no member is in the way
        kept = False
        for kind, identity in _found(client, name, made, sleep):
            gone, stays = _taken_away(client, kind, identity)
            soft, kept = soft or stays, kept or not gone
        if not kept:
            marks.forget(name)
    return soft


def _found(
    client: ScimClient,
    name: str,
    made: list[tuple[Kind, str]],
    sleep: Callable[[float], None],
) -> Iterator[tuple[Kind, str]]:
    """Everything of this name: by its id where that is known, else looked for."""
    known = {identity for _kind, identity in made if identity != MAY_BE}
    for kind, identity in made:
        if identity == MAY_BE:
            for resource in _named_in_the_end(client, kind, name, sleep):
                known.add(str(resource["id"]))
    kind = made[0][0]
    for identity in sorted(known):
        if _bears(client, kind, identity, name):
            yield kind, identity


def _named_in_the_end(
    client: ScimClient, kind: Kind, name: str, sleep: Callable[[float], None]
) -> list[Resource]:
    """Looked for twice, as after any create without an answer: it may show late (F10, F11)."""
    found = _named(client, kind, name)
    if not found:
        sleep(max(EVENTUALLY, client.quirks.settle_seconds))
        found = _named(client, kind, name)
    return found


def _named(client: ScimClient, kind: Kind, name: str) -> list[Resource]:
    """By a search, which may not be believed, then by reading everything."""
    path = NAMES[kind]
    try:
        found = client.find(kind, path, name)
    except ObjectRejected:
        found = []
    if found:
        return found
    listing = client.listing(kind)
    return [one for one in listing if str(path.get(one)).lower() == name.lower()]


def _bears(client: ScimClient, kind: Kind, identity: str, name: str) -> bool:
    """Whether what has the id has the name: nothing else is ever touched."""
    try:
        resource = client.read(kind, identity)
    except LinkBroken:
        return False
    return str(NAMES[kind].get(resource)).lower() == name.lower()


def _taken_away(client: ScimClient, kind: Kind, identity: str) -> tuple[bool, bool]:
    """Whether it was deleted, and whether it is there all the same."""
    try:
        client.delete(kind, identity)
    except ObjectRejected:
        return False, False
    try:
        after = client.read(kind, identity)
    except LinkBroken:
        return True, False
    inactive = after.get("active") is False
    return inactive, inactive
