"""Who is soft-deleted, by the list of deleted items: restorable for 30 days, then gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.core.resource import Value
from provisioning.sources.base import Part
from provisioning.sources.graph.client import Forbidden, GraphClient
from provisioning.sources.graph.names import attributes, selection

_TYPES = {Part.USERS: "user", Part.GROUPS: "group"}
_RELATIONS = (",manager", ",members")


def deleted_items(
    client: GraphClient, part: Part, names: tuple[str, ...]
) -> dict[str, dict[str, Value]]:
    """What each soft-deleted object was, by id, with `deletedDateTime`. Empty where the
    application may not read deleted groups, which takes a permission of its own.
    """
    chosen = selection(part, names)
    for relation in _RELATIONS:
        chosen = chosen.removesuffix(relation)
    address = f"/directory/deletedItems/microsoft.graph.{_TYPES[part]}"
    address += f"?$select={chosen},deletedDateTime&$top=999"
    try:
        pages = list(client.pages(address))
    except Forbidden:
        if part is Part.USERS:
            raise
        return {}
    items = (item for page in pages for item in page.get("value", ()))
    return {str(item["id"]).lower(): _described(part, names, item) for item in items}


def _described(part: Part, names: tuple[str, ...], item: Mapping[str, Any]) -> dict[str, Value]:
    said = attributes(part, names, _with_own_name(item))
    known = {name: value for name, value in said.items() if value is not None}
    return {**known, "deletedDateTime": str(item.get("deletedDateTime") or "")}


def _with_own_name(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Entra puts the id before the userPrincipalName of whoever is deleted: it is taken off."""
    name = item.get("userPrincipalName")
    prefix = str(item["id"]).replace("-", "").lower()
    if isinstance(name, str) and name.lower().startswith(prefix):
        return {**item, "userPrincipalName": name[len(prefix) :]}
    return item
