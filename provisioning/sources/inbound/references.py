"""Whom a pushed reference means: the id that we gave, else the externalId that they gave.

HR systems name managers by their own key, and may do so before that person exists. Such a
reference is kept as it is and resolved when its object appears.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction

from provisioning.core.directory_keys import fold_key
from provisioning.core.resource import Kind
from provisioning.models.directory import DirectoryObject, Source
from provisioning.models.inbound import PushedResource
from provisioning.models.membership import Membership
from provisioning.sources.base import Edge
from provisioning.sources.membership_rows import Ends, begin_memberships, end_memberships

_CHUNK = 500


def manager_id(origin: Source, reference: str) -> str:
    """The id of the person that a reference means; empty while nobody is meant."""
    rows = PushedResource.objects.filter(origin=origin, kind=Kind.USER.value)
    identity = as_id(reference)
    if identity is not None and rows.filter(pk=identity).exists():
        return str(identity)
    found = rows.filter(external_id=reference).order_by("created", "id").first()
    return str(found.pk) if found is not None and reference else ""


def resolved(origin: Source, group: str, members: Iterable[tuple[str, Kind | None]]) -> list[Edge]:
    """The memberships that these references make, each with its kind where it was not told."""
    wanted = {fold_key(reference): kind for reference, kind in members}
    known = dict(_known(origin, list(wanted)))
    edges = []
    for reference, told in wanted.items():
        identity, kind = known.get(reference, (reference, told or Kind.USER))
        edges.append(Edge(group, identity, kind))
    return edges


def adopt(row: PushedResource, now: datetime) -> list[PushedResource]:
    """Give memberships that waited for a new resource their member; answers the people who named it
    as their manager by something else than its id.
    """
    _adopt_memberships(row, now)
    if row.kind != Kind.USER.value or not row.external_id:
        return []
    return list(
        PushedResource.objects.filter(
            origin=row.origin, kind=Kind.USER.value, manager_reference=row.external_id
        )
    )


def as_id(text: str) -> uuid.UUID | None:
    """The id that a text spells in full; None for any other text."""
    try:
        identity = uuid.UUID(text)
    except ValueError:
        return None
    return identity if str(identity) == text.lower() else None


def _known(origin: Source, references: list[str]) -> Iterator[tuple[str, tuple[str, Kind]]]:
    rows = PushedResource.objects.filter(origin=origin)
    for start in range(0, len(references), _CHUNK):
        chunk = references[start : start + _CHUNK]
        by_external = rows.filter(external_id__in=[one for one in chunk if one])
        for pk, kind, external in by_external.values_list("pk", "kind", "external_id"):
            yield external, (str(pk), Kind(kind))
        ids = [identity for one in chunk if (identity := as_id(one)) is not None]
        for pk, kind in rows.filter(pk__in=ids).values_list("pk", "kind"):
            yield str(pk), (str(pk), Kind(kind))


def _adopt_memberships(row: PushedResource, now: datetime) -> None:
    names = [one for one in (str(row.pk), row.external_id) if one]
    waiting = Membership.objects.current().filter(
        group__origin=row.origin, member=None, member_key__in=names
    )
    edges = list(waiting.values_list("pk", "group_id"))
    if not edges:
        return
    identity = DirectoryObject.identity(row.origin, Kind(row.kind), str(row.pk))
    with transaction.atomic():
        end_memberships([pk for pk, _group in edges], now)
        groups = {group for _pk, group in edges} - _having(identity)
        ends = [Ends(group, str(row.pk), Kind(row.kind), identity) for group in sorted(groups)]
        if ends:
            begin_memberships(ends, now)


def _having(member: uuid.UUID) -> set[uuid.UUID]:
    rows = Membership.objects.current().filter(member=member)
    return set(rows.values_list("group_id", flat=True))
