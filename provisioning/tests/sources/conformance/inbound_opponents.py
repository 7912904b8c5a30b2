"""A system that pushes to us over SCIM: what it pushed is read as any other source is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from provisioning.core.resource import Kind
from provisioning.sources.base import DirectorySource
from provisioning.sources.inbound.source import InboundDirectory
from provisioning.tests.inbound.pusher import ENTERPRISE, GROUP, PATCH_OP, USER, Pusher
from provisioning.tests.sources.conformance.opponent import Can, Person

PAGE = 3


class InboundPusher:
    """People and groups are named by the keys that the pushing system gave them, as `externalId`;
    managers and members too, so that many are named before they exist.
    """

    name = "inbound SCIM"
    can = frozenset({Can.DISABLE, Can.EMPTY_GROUP, Can.MOVE, Can.SECRET})
    crowd = 300
    """Each of them is a request of its own."""

    def __init__(self) -> None:
        self._pusher = Pusher("pushed")
        # Ids outlive their resources: the suite asks what became of who was deleted.
        self._ids: dict[str, str] = {}
        self._there: set[str] = set()
        self.secret = self._pusher.token

    def source(self) -> DirectorySource:
        return InboundDirectory(self._pusher.endpoint.origin, PAGE)

    def filtered_source(self) -> DirectorySource:
        raise NotImplementedError

    def id_of(self, key: str) -> str:
        return self._ids.get(key, f"not-pushed-{key}")

    def put_people(self, people: Iterable[Person]) -> None:
        for one in people:
            self._put("Users", one.key, _document(one))

    def rename(self, key: str, name: str) -> None:
        self._patch("Users", key, {"op": "replace", "path": "displayName", "value": name})

    def move(self, key: str, unit: str) -> None:
        self._patch("Users", key, {"op": "add", "value": {f"{ENTERPRISE}:department": unit}})

    def disable(self, key: str, *, disabled: bool = True) -> None:
        self._patch("Users", key, {"op": "Replace", "path": "active", "value": str(not disabled)})

    def soft_delete(self, key: str, *, deleted: bool = True) -> None:
        raise NotImplementedError

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._delete("Users", key)

    def put_group(self, key: str, members: Iterable[tuple[Kind, str]]) -> None:
        listed = [{"value": one, "type": kind.value.capitalize()} for kind, one in members]
        document = {"schemas": [GROUP], "externalId": key, "displayName": key, "members": listed}
        self._put("Groups", key, document)

    def delete_group(self, key: str) -> None:
        self._delete("Groups", key)

    def add_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        value = [{"value": self._ids.get(member, member), "type": kind.value.capitalize()}]
        self._patch("Groups", group, {"op": "Add", "path": "members", "value": value})

    def remove_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        path = f'members[value eq "{self.id_of(member)}"]'
        self._patch("Groups", group, {"op": "remove", "path": path})

    def expire_cursors(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""

    def _put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        if key in self._there:
            assert self._pusher.ask("PUT", f"{collection}/{self._ids[key]}", document).status == 200
        else:
            self._ids[key] = self._pusher.post(collection, document)["id"]
            self._there.add(key)

    def _delete(self, collection: str, key: str) -> None:
        assert self._pusher.ask("DELETE", f"{collection}/{self._ids[key]}").status == 204
        self._there.remove(key)

    def _patch(self, collection: str, key: str, *operations: Mapping[str, Any]) -> None:
        body = {"schemas": [PATCH_OP], "Operations": operations}
        assert self._pusher.ask("PATCH", f"{collection}/{self._ids[key]}", body).status == 200


def _document(one: Person) -> dict[str, Any]:
    document: dict[str, Any] = {
        "schemas": [USER, ENTERPRISE],
        "externalId": one.key,
        "userName": one.key,
        "displayName": one.name,
    }
    if one.mail:
        document["emails"] = [{"type": "work", "value": one.mail}]
    if one.manager:
        document[ENTERPRISE] = {"manager": {"value": one.manager}}
    return document
