"""Lists of what was pushed: the index where the filter names a key, else a walk page by page."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from provisioning.core.directory_keys import fold_key
from provisioning.core.filters import evaluate
from provisioning.core.inbound.querying import Query, list_response
from provisioning.core.inbound.selection import Selection
from provisioning.core.resource import Kind, Value
from provisioning.engine.inbound.rendering import rendered
from provisioning.models.directory import Source, name_key
from provisioning.models.inbound import PushedResource
from provisioning.sources.inbound.references import as_id

_CHUNK = 500
_KEY = {Kind.USER: "userName", Kind.GROUP: "displayName"}


def listed(base: str, origin: Source, kind: Kind, query: Query) -> dict[str, Value]:
    """One page of the resources that the query asks for."""
    rows = _narrowed(origin, kind, query)
    first = query.start - 1
    if query.tree is None:
        total = rows.count()
        found = list(rows[first : first + query.count])
        page = rendered(base, found, kind, query.selection)
    else:
        matching = list(_matching(base, rows, kind, query))
        total = len(matching)
        chosen = rows.filter(pk__in=matching[first : first + query.count])
        page = rendered(base, list(chosen), kind, query.selection)
    return list_response([query.selection.of(one) for one in page], total, query.start)


def _narrowed(origin: Source, kind: Kind, query: Query) -> QuerySet[PushedResource]:
    """Those that can match, in their stable order."""
    rows = PushedResource.objects.filter(origin=origin, kind=kind.value).select_related("origin")
    rows = rows.order_by("created", "id")
    if (identifier := query.equal_to("id")) is not None:
        identity = as_id(identifier)
        return rows.filter(pk=identity) if identity is not None else rows.none()
    if (external := query.equal_to("externalId")) is not None:
        return rows.filter(external_id=fold_key(external))
    if (name := query.equal_to(_KEY[kind])) is not None:
        return rows.filter(key=name_key(name))
    return rows


def _matching(
    base: str, rows: QuerySet[PushedResource], kind: Kind, query: Query
) -> Iterator[UUID]:
    """The ids of those that the filter holds for."""
    tree = query.tree
    assert tree is not None  # noqa: S101
    attribute = "members" if kind is Kind.GROUP else "groups"
    selection = Selection() if query.asks_for(attribute) else Selection(unwanted=(attribute,))
    start = 0
    while found := list(rows[start : start + _CHUNK]):
        for row, resource in zip(found, rendered(base, found, kind, selection), strict=True):
            if evaluate(tree, resource, kind):
                yield row.pk
        start += _CHUNK
