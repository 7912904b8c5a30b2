"""Enterprise applications of the tenant: their app roles, and who is assigned with which.

An assignment without a role has the zero GUID, the Default Access
(learn.microsoft.com/graph/api/resources/approleassignment).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from provisioning.simulator.graph.objects import Life, Principal
from provisioning.simulator.graph.properties import GROUP, USER
from provisioning.simulator.graph.refusals import bad_request, not_found
from provisioning.simulator.graph.times import iso

if TYPE_CHECKING:
    from provisioning.simulator.graph.tenant import Tenant

NO_ROLE = "00000000-0000-0000-0000-000000000000"
_SPACE = uuid.UUID("0b4b6f7e-5bb1-4b57-9b2f-5a0b5f4f3c6d")


class Apps:
    """The applications of one tenant and their assignments."""

    def __init__(self, tenant: Tenant, now: Callable[[], float]) -> None:
        """Start without any."""
        self._tenant = tenant
        self._now = now
        self._made = 0
        self.principals: dict[str, Principal] = {}
        self.assignments: dict[str, dict[str, object]] = {}

    def add(self, name: str, roles: Iterable[Mapping[str, object]] = (), **ids: str) -> str:
        """Create an application; `ids` may give `id` and `appId`. Answers the id."""
        identifier = ids.get("id") or self._identifier("app")
        app_id = ids.get("appId") or self._identifier("appId")
        self.principals[identifier] = Principal(identifier, app_id, name)
        self.set_roles(identifier, roles)
        return identifier

    def set_roles(self, app: str, roles: Iterable[Mapping[str, object]]) -> None:
        """Declare these app roles: each with `value` and `displayName`, the rest has defaults."""
        self.principal(app).roles = [self._role(dict(role)) for role in roles]

    def assign(self, app: str, principal: str, role: str = "") -> str:
        """Assign a person, group or other; `role` is a role's value or id, empty is none."""
        found = self.principal(app)
        type_, name = self._described(principal)
        identifier = self._identifier("assignment").replace("-", "")
        self.assignments[identifier] = {
            "id": identifier,
            "deletedDateTime": None,
            "appRoleId": self._role_id(found, role),
            "createdDateTime": iso(self._now()),
            "principalDisplayName": name,
            "principalId": principal,
            "principalType": type_,
            "resourceDisplayName": found.name,
            "resourceId": found.id,
        }
        return identifier

    def unassign(self, assignment: str) -> None:
        """Remove an assignment by its id."""
        if self.assignments.pop(assignment, None) is None:
            raise not_found(assignment)

    def principal(self, identifier: str) -> Principal:
        """Return an application by its id."""
        if (found := self.principals.get(identifier.lower())) is None:
            raise not_found(identifier)
        return found

    def of(self, key: str, identifier: str) -> list[dict[str, object]]:
        """Return the assignments whose `resourceId` or `principalId` this is, but those of people
        and groups that are deleted.
        """
        return [
            one
            for one in self.assignments.values()
            if one[key] == identifier and self._is_there(str(one["principalId"]))
        ]

    def forget(self, principal: str) -> None:
        """Remove whatever is assigned to somebody who is gone."""
        gone = [key for key, one in self.assignments.items() if one["principalId"] == principal]
        for key in gone:
            del self.assignments[key]

    def _is_there(self, principal: str) -> bool:
        entries = (entries.get(principal) for entries in self._tenant.entries.values())
        return all(entry is None or entry.life is Life.LIVE for entry in entries)

    def _described(self, principal: str) -> tuple[str, object]:
        for kind, type_ in ((USER, "User"), (GROUP, "Group")):
            if (entry := self._tenant.entries[kind].get(principal)) is not None:
                return type_, entry.properties.get("displayName")
        if principal in self._tenant.others:
            return "ServicePrincipal", None
        raise not_found(principal)

    def _role_id(self, app: Principal, role: str) -> str:
        if not role:
            return NO_ROLE
        for one in app.roles:
            if role in (one["value"], one["id"]):
                return str(one["id"])
        raise bad_request(f"Permission being assigned was not found on application '{app.id}'.")

    def _role(self, given: dict[str, object]) -> dict[str, object]:
        value = given.get("value")
        defaults: dict[str, object] = {
            "allowedMemberTypes": ["User"],
            "description": given.get("displayName"),
            "displayName": value,
            "id": str(uuid.uuid5(_SPACE, f"role {value} {given.get('displayName')}")),
            "isEnabled": True,
            "origin": "Application",
            "value": value,
        }
        return {**defaults, **given}

    def _identifier(self, of: str) -> str:
        self._made += 1
        return str(uuid.uuid5(_SPACE, f"{of} {self._made}"))
