"""Enterprise applications of the tenant: their app roles, and who is assigned with which.

Assignments have no delta: all pages are read every time, and a read that ends early says nothing.
The zero id is an assignment without a role, the Default Access (directory-sources 2.5).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from provisioning.core.resource import Kind
from provisioning.sources.graph.client import GraphClient, NotThere

NO_ROLE = "00000000-0000-0000-0000-000000000000"
_KINDS = {"User": Kind.USER, "Group": Kind.GROUP}
_SELECT = "$select=id,appId,displayName,appRoles"


@dataclass(frozen=True, slots=True)
class TenantRole:
    """An app role as the tenant declares it. `value` may be missing there: then the name stands."""

    id: str
    value: str
    name: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class TenantAssignment:
    """One assignment of a person or group; the empty role is Default Access."""

    principal: str
    kind: Kind
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class TenantApp:
    """An enterprise application of the tenant. `others` counts assignments of applications, and
    `unknown_roles` those with a role that it does not declare.
    """

    id: str
    name: str
    roles: tuple[TenantRole, ...]
    assignments: tuple[TenantAssignment, ...] = ()
    others: int = 0
    unknown_roles: int = 0


def find_apps(client: GraphClient, text: str) -> list[TenantApp]:
    """The applications that a person means by an id, an appId, or the beginning of a name."""
    if _is_guid(text):
        try:
            return [_app(client.read(f"/servicePrincipals/{text}?{_SELECT}"))]
        except NotThere:
            filter_ = f"appId eq '{text}'"
    else:
        quoted = text.replace("'", "''")
        filter_ = f"startswith(displayName,'{quoted}')"
    wanted = quote(filter_, safe="(),'")
    address = f"/servicePrincipals?$filter={wanted}&{_SELECT}"
    return [_app(one) for page in client.pages(address) for one in page.get("value", ())]


def read_app(client: GraphClient, identifier: str) -> TenantApp:
    """The application with all its assignments. Raises `NotThere`, or `SourceUnavailable`."""
    app = _app(client.read(f"/servicePrincipals/{identifier}?{_SELECT}"))
    address = f"/servicePrincipals/{app.id}/appRoleAssignedTo?$top=999"
    rows = [row for page in client.pages(address) for row in page.get("value", ())]
    values = {role.id: role.value for role in app.roles} | {NO_ROLE: ""}
    people = [row for row in rows if row.get("principalType") in _KINDS]
    known = [row for row in people if str(row.get("appRoleId", "")).lower() in values]
    return TenantApp(
        app.id,
        app.name,
        app.roles,
        tuple(sorted({_assignment(row, values) for row in known}, key=lambda one: one.principal)),
        others=len(rows) - len(people),
        unknown_roles=len(people) - len(known),
    )


def _app(document: Mapping[str, Any]) -> TenantApp:
    roles = document.get("appRoles") or ()
    return TenantApp(
        str(document["id"]).lower(),
        str(document.get("displayName") or ""),
        tuple(_role(one) for one in roles),
    )


def _role(document: Mapping[str, Any]) -> TenantRole:
    identifier = str(document.get("id", "")).lower()
    name = str(document.get("displayName") or "").strip()
    value = str(document.get("value") or "").strip() or name or identifier
    return TenantRole(identifier, value, name or value, document.get("isEnabled") is not False)


def _assignment(row: Mapping[str, Any], values: Mapping[str, str]) -> TenantAssignment:
    return TenantAssignment(
        str(row["principalId"]).lower(),
        _KINDS[row["principalType"]],
        values[str(row["appRoleId"]).lower()],
        str(row.get("principalDisplayName") or ""),
    )


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
