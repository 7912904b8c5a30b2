"""Whom a cycle looks at: everybody, or who changed and who waits.

An idle cycle finds nobody and reads nothing else: its cost grows with what changed, never with the
population (design 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from provisioning.core.vocabulary import Reason
from provisioning.engine.clock import Clock
from provisioning.models import Cycle, DirectoryObject, Escrow, Link, Standing

PAGE = 500


def pages(cycle: Cycle, kind: str) -> Iterator[list[UUID]]:
    """The candidates of one kind, in pages of 500 ids, each object once."""
    ids = iter(_candidates(cycle, kind).values_list("pk", flat=True).order_by("pk").iterator())
    while page := list(islice(ids, PAGE)):
        yield page


def _candidates(cycle: Cycle, kind: str) -> QuerySet[DirectoryObject]:
    everybody = DirectoryObject.objects.filter(kind=kind)
    if cycle.only_id:
        return everybody.filter(pk=cycle.only_id)
    if cycle.watermark_from is None:
        # Whoever is gone and has no account left is history, not a candidate.
        linked = Link.objects.filter(job=cycle.job).values("object_id")
        return everybody.filter(~Q(state="gone") | Q(pk__in=linked))
    waiting = set(_waiting(cycle))
    changed = Q(change_number__gt=cycle.watermark_from)
    return everybody.filter(changed | Q(pk__in=waiting)) if waiting else everybody.filter(changed)


def _waiting(cycle: Cycle) -> Iterator[UUID]:
    """Objects whose time has come though nothing about them changed."""
    now = Clock(cycle.now_is).now()
    yield from Escrow.objects.filter(job=cycle.job, next_try__lte=now).values_list(
        "object_id", flat=True
    )
    yield from Standing.objects.filter(job=cycle.job, code=Reason.WAITING_FOR_APPROVAL).values_list(
        "object_id", flat=True
    )
    span = cycle.definition.as_definition().delete_after
    yield from Link.objects.filter(job=cycle.job, gone_since__lte=now - span).values_list(
        "object_id", flat=True
    )
