"""Enterprise applications of the tenant: their app roles, and who is assigned with which.

Assignments have no delta: all pages are read every time, and a read that ends early says nothing.
The zero id is an assignment without a role, the Default Access (directory-sources 2.5).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from provisioning.core.resource import Kind
from provisioning.sources.assigned import (
    NoSuchApplication,
    SourceApp,
    SourceAssignment,
    SourceRole,
)
from provisioning.sources.graph.client import GraphClient, NotThere

NO_ROLE = "00000000-0000-0000-0000-000000000000"
_KINDS = {"User": Kind.USER, "Group": Kind.GROUP}
_SELECT = "$select=id,appId,displayName,appRoles"


def find_apps(client: GraphClient, text: str) -> list[SourceApp]:
    """The applications that a person means by an id, an appId, or the beginning of a name; without
    their assignments.
    """
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


def read_app(client: GraphClient, identifier: str) -> SourceApp:
    """The application of this id or appId with all its assignments."""
    found = find_apps(client, identifier) if _is_guid(identifier) else []
    if len(found) != 1:
        raise NoSuchApplication(identifier)
    return _with_assignments(client, found[0])


def _with_assignments(client: GraphClient, app: SourceApp) -> SourceApp:
    values = {role.id: role.value for role in app.roles} | {NO_ROLE: ""}
    address = f"/servicePrincipals/{app.id}/appRoleAssignedTo?$top=999"
    rows = [row for page in client.pages(address) for row in page.get("value", ())]
    people = [row for row in rows if row.get("principalType") in _KINDS]
    known = [row for row in people if str(row.get("appRoleId", "")).lower() in values]
    found = {_assignment(row, values) for row in known}
    return replace(
        app,
        assignments=tuple(sorted(found, key=lambda one: (one.principal, one.role))),
        others=len(rows) - len(people),
        unknown_roles=len(people) - len(known),
    )


def _app(document: Mapping[str, Any]) -> SourceApp:
    return SourceApp(
        str(document["id"]).lower(),
        str(document.get("displayName") or ""),
        tuple(_role(one) for one in document.get("appRoles") or ()),
    )


def _role(document: Mapping[str, Any]) -> SourceRole:
    name = str(document.get("displayName") or "").strip()
    value = str(document.get("value") or "").strip() or name or str(document.get("id", ""))
    identifier = str(document.get("id", "")).lower()
    return SourceRole(value, name or value, document.get("isEnabled") is not False, identifier)


def _assignment(row: Mapping[str, Any], values: Mapping[str, str]) -> SourceAssignment:
    return SourceAssignment(
        str(row["principalId"]).lower(),
        _KINDS[row["principalType"]],
        values[str(row["appRoleId"]).lower()],
    )


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
