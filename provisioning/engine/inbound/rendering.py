"""Pushed resources as they are answered: with id, meta, members and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from provisioning.core.inbound.definitions import CORE, EXTENSIONS
from provisioning.core.inbound.selection import Selection
from provisioning.core.resource import Kind, Value
from provisioning.models.inbound import PushedResource
from provisioning.sources.inbound.references import as_id
from provisioning.sources.inbound.store import groups_of, members_of

COLLECTION = {Kind.USER: "Users", Kind.GROUP: "Groups"}


def rendered(
    base: str, rows: Sequence[PushedResource], kind: Kind, selection: Selection
) -> list[dict[str, Value]]:
    """The whole of each resource, in two queries at most; memberships only when they are wanted."""
    edges: dict[UUID, list[Value]] = {}
    attribute = "members" if kind is Kind.GROUP else "groups"
    if rows and selection.includes(attribute):
        read = members_of if kind is Kind.GROUP else groups_of
        edges = read(rows[0].origin, rows)
    return [_whole(base, one, kind, attribute, edges.get(one.pk, [])) for one in rows]


def location_of(base: str, row: PushedResource) -> str:
    """The address of one resource."""
    return f"{base}/{COLLECTION[Kind(row.kind)]}/{row.pk}"


def version_of(row: PushedResource) -> str:
    """Its ETag."""
    return f'W/"{row.version}"'


def _whole(
    base: str, row: PushedResource, kind: Kind, attribute: str, edges: list[Value]
) -> dict[str, Value]:
    listed: dict[str, Value] = {}
    if edges:
        other = "" if kind is Kind.GROUP else "Group"
        listed[attribute] = [_reference(base, cast(Mapping[str, Value], e), other) for e in edges]
    return {
        "schemas": _schemas(row, kind),
        "id": str(row.pk),
        **row.document,
        **listed,
        "meta": {
            "resourceType": kind.value.capitalize(),
            "created": row.created.isoformat().replace("+00:00", "Z"),
            "lastModified": row.updated.isoformat().replace("+00:00", "Z"),
            "location": location_of(base, row),
            "version": version_of(row),
        },
    }


def _schemas(row: PushedResource, kind: Kind) -> Value:
    extensions = [name for name in row.document if name.lower().startswith("urn:")]
    known = [
        EXTENSIONS[kind][one.lower()].urn for one in extensions if one.lower() in EXTENSIONS[kind]
    ]
    return [CORE[kind].urn, *known, *(one for one in extensions if one not in known)]


def _reference(base: str, edge: Mapping[str, Value], other: str) -> Value:
    """A membership with the address of its other end; what is not known yet has none."""
    identifier, kind = str(edge["value"]), other or str(edge["type"])
    if as_id(identifier) is None:
        return dict(edge)
    return {**edge, "$ref": f"{base}/{kind}s/{identifier}"}
