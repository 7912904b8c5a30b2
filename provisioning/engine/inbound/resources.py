"""What `/Users` and `/Groups` do: read, create, replace, change and delete one, or list them."""

from __future__ import annotations

import uuid
from datetime import datetime

from provisioning.core.inbound.patching import apply_patch
from provisioning.core.inbound.querying import Query
from provisioning.core.inbound.reading import read_resource
from provisioning.core.inbound.refusals import Refusal, not_found
from provisioning.core.inbound.selection import Selection
from provisioning.core.json_values import spelling
from provisioning.core.resource import Kind, Value
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.listing import listed
from provisioning.engine.inbound.rendering import location_of, rendered, version_of
from provisioning.models.inbound import PushedResource
from provisioning.sources.inbound.store import Store

KINDS = {"users": Kind.USER, "groups": Kind.GROUP}


def answer_collection(call: Call, kind: Kind, now: datetime) -> Answer:
    """GET lists, POST creates."""
    if call.method == "GET":
        query = Query.read(call.query)
        return Answer(200, listed(call.base, call.endpoint.origin, kind, query))
    if call.method == "POST":
        return created(call, kind, call.document(), now)
    raise not_allowed(call.method)


def answer_resource(call: Call, kind: Kind, identifier: str, now: datetime) -> Answer:
    """GET, PUT, PATCH and DELETE of one."""
    store = Store(call.endpoint.origin, now)
    if call.method not in ("GET", "PUT", "PATCH", "DELETE"):
        raise not_allowed(call.method)
    row = store.get(kind, identifier)
    if call.method == "GET":
        return _read(call, row)
    _check_version(call, row)
    if call.method == "DELETE":
        name = name_of(row)
        store.delete(row)
        return Answer(204, subject=name)
    body = call.document()
    if call.method == "PUT":
        store.replace(row, read_resource(body, kind), whole=_names_members(body))
    else:
        patched = apply_patch(body, row.document, kind)
        store.change(row, patched.resource, patched.members)
    return _told(call, row, 200)


def created(
    call: Call, kind: Kind, body: Value, now: datetime, identity: uuid.UUID | None = None
) -> Answer:
    """POST of one resource; `identity` is its id when that had to be known before."""
    store = Store(call.endpoint.origin, now)
    row = store.create(kind, read_resource(body, kind), identity)
    return _told(call, row, 201)


def name_of(row: PushedResource) -> str:
    """What a person calls the resource."""
    return str(row.document.get("userName") or row.document.get("displayName") or row.pk)


def not_allowed(method: str) -> Refusal:
    """The address exists, but not for this."""
    return Refusal(405, f"{method} is not possible here.")


def _read(call: Call, row: PushedResource) -> Answer:
    version = version_of(row)
    if call.if_none_match and _names_version(call.if_none_match, version):
        return Answer(304, headers={"ETag": version})
    return _told(call, row, 200)


def _told(call: Call, row: PushedResource, status: int) -> Answer:
    """The resource, or the part of it that the parameters ask for."""
    selection = Selection.read(call.query.get("attributes"), call.query.get("excludedAttributes"))
    (whole,) = rendered(call.base, [row], Kind(row.kind), selection)
    headers = {"ETag": version_of(row), "Location": location_of(call.base, row)}
    return Answer(status, selection.of(whole), headers, name_of(row))


def _check_version(call: Call, row: PushedResource) -> None:
    if call.if_match and not _names_version(call.if_match, version_of(row)):
        raise Refusal(412, "The resource has changed since this version. Read it again.")


def _names_version(header: str, version: str) -> bool:
    """Versions are compared weakly (RFC 7644, 3.14): `W/` says nothing here."""
    named = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in named or version.removeprefix("W/") in named


def _names_members(body: Value) -> bool:
    """Whether a replacement says anything of members: one that does not leaves them (3.5.1)."""
    return isinstance(body, dict) and spelling(body, "members") is not None


def kind_of(name: str) -> Kind:
    """The kind of a collection; `Refusal` 404 for any other name."""
    kind = KINDS.get(name.lower())
    if kind is None:
        raise not_found("such address")
    return kind
