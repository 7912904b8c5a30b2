"""The one entrance of the inbound service: a request in, an answer out, a push kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from provisioning.core.inbound.discovery import (
    one_of,
    resource_types,
    schemas,
    service_provider_config,
)
from provisioning.core.inbound.querying import list_response
from provisioning.core.inbound.refusals import Refusal, not_found
from provisioning.core.resource import Kind, Value
from provisioning.engine.inbound import uploads
from provisioning.engine.inbound.bulk import answer_bulk
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.resources import (
    KINDS,
    answer_collection,
    answer_resource,
    kind_of,
    not_allowed,
)
from provisioning.engine.inbound.searching import search
from provisioning.models.inbound import MOST_DETAIL, InboundEndpoint, Push

KEPT_PUSHES = 1_000
"""Pushes of a source that its page can show; older ones are forgotten."""
_FORGET_EVERY = 100
_DISCOVERY: dict[str, Callable[[str], list[dict[str, Value]]]] = {
    "resourcetypes": resource_types,
    "schemas": schemas,
}


def answer(call: Call, now: datetime) -> Answer:
    """Do what is asked, all or nothing, and keep what was written or refused."""
    try:
        if call.path[:1] and call.path[0].lower() == "bulk":
            said = _answer_whole(call, now)
        else:
            with transaction.atomic():
                said = _answer_whole(call, now)
    except Refusal as refusal:
        said = Answer.refusing(refusal)
    if call.method != "GET" or said.status >= 400:
        keep_push(call, said, now)
    return said


def keep_push(call: Call, said: Answer, now: datetime) -> None:
    """A line for the page of the source."""
    document = said.document or {}
    refused = said.status >= 400
    row = Push.objects.create(
        endpoint=call.endpoint,
        at=now,
        method=call.method[:8],
        path=f"/{'/'.join(call.path)}"[:200],
        name=said.subject[:200],
        status=said.status,
        scim_type=str(document.get("scimType", ""))[:20] if refused else "",
        detail=str(document.get("detail", ""))[:MOST_DETAIL] if refused else "",
    )
    if row.pk % _FORGET_EVERY == 0:
        _forget(call.endpoint)


def _answer_whole(call: Call, now: datetime) -> Answer:
    name, *rest = [*call.path, ""] if not call.path else call.path
    lower = name.lower()
    if lower == "serviceproviderconfig" and not rest:
        return _described(call, service_provider_config(call.base))
    if lower in _DISCOVERY and len(rest) < 2:
        return _listed(call, _DISCOVERY[lower](call.base), rest)
    if lower in ("bulk", "bulkupload", ".search"):
        return _special(call, lower, rest, now)
    return _resource(call, name, rest, now)


def _special(call: Call, name: str, rest: list[str], now: datetime) -> Answer:
    if name == "bulkupload" and len(rest) == 1:
        if call.method != "GET":
            raise not_allowed(call.method)
        return uploads.answer_status(call, rest[0])
    if rest:
        raise not_found("such address")
    if call.method != "POST":
        raise not_allowed(call.method)
    if name == "bulk":
        return answer_bulk(call, now)
    return uploads.receive(call, now) if name == "bulkupload" else search(call, tuple(Kind))


def _resource(call: Call, name: str, rest: list[str], now: datetime) -> Answer:
    kind = kind_of(name)
    if not rest:
        return answer_collection(call, kind, now)
    if len(rest) > 1:
        raise not_found("such address")
    if rest[0].lower() == ".search":
        if call.method != "POST":
            raise not_allowed(call.method)
        return search(call, (KINDS[name.lower()],))
    return answer_resource(call, kind, rest[0], now)


def _described(call: Call, document: dict[str, Value]) -> Answer:
    if call.method != "GET":
        raise not_allowed(call.method)
    return Answer(200, document)


def _listed(call: Call, documents: list[dict[str, Value]], rest: list[str]) -> Answer:
    if rest:
        return _described(call, one_of(documents, rest[0]))
    if "filter" in call.query:
        raise Refusal(403, "Descriptions are not filtered (RFC 7644, section 4).")
    return _described(call, list_response(documents, len(documents), 1))


def _forget(endpoint: InboundEndpoint) -> None:
    rows = Push.objects.filter(endpoint=endpoint).order_by("-id")
    oldest = rows.values_list("id", flat=True)[KEPT_PUSHES - 1 : KEPT_PUSHES].first()
    if oldest is not None:
        rows.filter(id__lt=oldest).delete()
