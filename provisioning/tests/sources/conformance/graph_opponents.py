"""A Microsoft Graph tenant as an opponent: the simulator, tidy and as untidy as Graph may be."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from provisioning.core.resource import Kind
from provisioning.simulator import graph
from provisioning.sources.base import DirectorySource, Part
from provisioning.tests.sources.conformance.opponent import Can, Person
from provisioning.tests.sources.graph.tenants import SECRET, graph_source

_SPACE = uuid.UUID("3f1d3c52-6a80-4a0b-9f6e-6f2d8f3b7a11")


class GraphTenant:
    """A tenant whose pages hold five objects and three members each."""

    name = "Microsoft Graph simulator"
    can = frozenset(Can)
    secret = SECRET
    untidy = False

    def __init__(self) -> None:
        self._running = graph.start(
            clients=[f"rollcall:{SECRET}"], page_size=5, members_per_item=3, untidy=self.untidy
        )
        self._lives: dict[str, int] = {}

    def source(self) -> DirectorySource:
        return graph_source(self._running)

    def filtered_source(self) -> DirectorySource:
        return graph_source(self._running, {Part.USERS: {"city"}})

    def id_of(self, key: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{key} {self._lives.get(key, 0)}"))

    def put_people(self, people: Iterable[Person]) -> None:
        some = list(people)
        for one in some:
            told: dict[str, object] = {
                "displayName": one.name,
                "mail": one.mail or None,
                **one.extra,
            }
            verb = "change_user" if self._has(one.key) else "add_user"
            self._running.change(verb, id=self.id_of(one.key), **told)
        for one in some:
            manager = self.id_of(one.manager) if one.manager else None
            self._running.change("set_manager", user=self.id_of(one.key), manager=manager)

    def rename(self, key: str, name: str) -> None:
        self._running.change("change_user", id=self.id_of(key), displayName=name)

    def move(self, key: str, unit: str) -> None:
        self._running.change("change_user", id=self.id_of(key), department=unit)

    def disable(self, key: str, *, disabled: bool = True) -> None:
        self._running.change("change_user", id=self.id_of(key), accountEnabled=not disabled)

    def soft_delete(self, key: str, *, deleted: bool = True) -> None:
        self._running.change("delete_user" if deleted else "restore_user", id=self.id_of(key))

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._running.change("delete_user", id=self.id_of(key))
            self._running.change("purge_user", id=self.id_of(key))

    def put_group(self, key: str, members: Iterable[tuple[Kind, str]]) -> None:
        if self.id_of(key) in self._running.tenant.groups:
            # No id comes back: a group of the same name is another one.
            self._lives[key] = self._lives.get(key, 0) + 1
        ids = [self.id_of(member) for _kind, member in members]
        self._running.change("add_group", id=self.id_of(key), displayName=key, members=ids)

    def delete_group(self, key: str) -> None:
        self._running.change("delete_group", id=self.id_of(key))

    def add_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        ids = [self.id_of(member)]
        self._running.change("add_members", group=self.id_of(group), members=ids)

    def remove_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        ids = [self.id_of(member)]
        self._running.change("remove_members", group=self.id_of(group), members=ids)

    def expire_cursors(self) -> None:
        self._running.change("expire_cursors")

    def close(self) -> None:
        self._running.close()

    def _has(self, key: str) -> bool:
        return self.id_of(key) in self._running.tenant.users


class UntidyGraphTenant(GraphTenant):
    """The same in any order, with repeated and split objects and empty pages."""

    name = "Microsoft Graph simulator, untidy"
    untidy = True
