"""Whom a cycle looks at: everybody, or who changed, who waits, and whom a saved edit can affect.

An idle cycle finds nobody and reads nothing else: its cost grows with what changed, never with the
population (design 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import islice
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from provisioning.core.edits import Reach
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import Reason, RowState
from provisioning.engine.clock import Clock
from provisioning.models import (
    Cycle,
    DirectoryObject,
    Escrow,
    Link,
    Membership,
    PlanRow,
    Revision,
    Standing,
)
from provisioning.models.cycle import Purpose

PAGE = 500


def pages(cycle: Cycle, kind: str, *, edited: bool = True) -> Iterator[list[UUID]]:
    """The candidates of one kind, in pages of 500 ids, each object once.

    Whom a person said to ignore is left out; who is asked for by name is not. Without `edited`
    neither are those whom only a saved edit can affect.
    """
    others = _others(cycle)
    candidates = _candidates(cycle, kind, reach_of(cycle, kind) if edited else Reach.NOBODY)
    if cycle.only_id is None:
        candidates = candidates.exclude(pk__in=ignored(cycle))
        others.difference_update(ignored(cycle).iterator())
    for page in _in_pages(candidates):
        others.difference_update(page)
        yield page
    rest = sorted(others)
    for start in range(0, len(rest), PAGE):
        same_kind = DirectoryObject.objects.filter(kind=kind, pk__in=rest[start : start + PAGE])
        yield from _in_pages(same_kind.order_by("pk"))


def ignored(cycle: Cycle) -> QuerySet[Escrow, UUID]:
    """The objects that are left alone, since nothing about them changed (engine/escrows.py)."""
    return Escrow.objects.filter(job=cycle.job).ignored().values_list("object_id", flat=True)


def _in_pages(objects: QuerySet[DirectoryObject]) -> Iterator[list[UUID]]:
    ids = iter(objects.values_list("pk", flat=True).iterator())
    while page := list(islice(ids, PAGE)):
        yield page


def reach_of(cycle: Cycle, kind: str) -> Reach:
    """How far the edit reaches that this cycle decides about."""
    edit = cycle.plan.edit if cycle.plan else {}
    return Reach(edit.get("users" if kind == "user" else "groups", Reach.NOBODY))


def decided_again(cycle: Cycle) -> int:
    """How many people and groups are decided again because of a saved edit."""
    kinds = [(kind, reach_of(cycle, kind)) for kind in ("user", "group")]
    return sum(_candidates(cycle, kind, reach).count() for kind, reach in kinds if reach)


def _candidates(cycle: Cycle, kind: str, reach: Reach) -> QuerySet[DirectoryObject]:
    """Everybody, or whoever changed, and those whom an edit can affect; in a stable order.

    Who changed comes in the order of the changes: any other would have a database read everybody.
    """
    everybody = DirectoryObject.objects.filter(kind=kind).order_by("pk")
    if cycle.only_id:
        return everybody.filter(pk=cycle.only_id)
    if cycle.purpose == Purpose.REMOVALS:
        return _may_leave(cycle)
    linked = Link.objects.filter(job=cycle.job_id, kind=kind).values("object_id")
    if cycle.watermark_from is None or reach is Reach.EVERYBODY:
        # Whoever is gone and has no account left is history, not a candidate.
        return everybody.filter(~Q(state="gone") | Q(pk__in=linked))
    if reach is Reach.NOBODY:
        return everybody.changed_since(cycle.watermark_from)
    changed = Q(change_number__gt=cycle.watermark_from)
    left_out = Standing.objects.filter(job=cycle.job, code=Reason.IMPORT_SKIPPED)
    failed = Escrow.objects.filter(job=cycle.job)
    known = [Q(pk__in=linked), *(Q(pk__in=one.values("object_id")) for one in (left_out, failed))]
    return everybody.filter(reduce(or_, known, changed))


def _may_leave(cycle: Cycle) -> QuerySet[DirectoryObject]:
    """Who has an account and changed, but for those to whom a request is under way just now."""
    linked = Link.objects.filter(job=cycle.job_id, kind=Kind.USER).values("object_id")
    since = cycle.watermark_from or 0
    changed = DirectoryObject.objects.people().changed_since(since).filter(pk__in=linked)
    return changed.exclude(pk__in=busy_people(cycle, since).values("pk"))


def busy_people(cycle: Cycle, since: int) -> QuerySet[DirectoryObject]:
    """Whoever changed since then while a request of some plan of the job was under way to them."""
    under_way = PlanRow.objects.filter(
        plan__job=cycle.job_id, state__in=(RowState.INTENT, RowState.UNKNOWN)
    )
    changed = DirectoryObject.objects.people().changed_since(since)
    return changed.filter(pk__in=under_way.values("object_id"))


def _others(cycle: Cycle) -> set[UUID]:
    """Whom an incremental cycle looks at though they did not change themselves."""
    if cycle.only_id or cycle.watermark_from is None or cycle.purpose == Purpose.REMOVALS:
        return set()
    return {*_waiting(cycle), *_below_changed_groups(cycle), *_beside_changed(cycle)}


def _beside_changed(cycle: Cycle) -> Iterator[UUID]:
    """Where a rule asks for groups or managers, what was read of one of them decides about others:
    the members of a group with another name, the reports of a manager in another department.
    """
    definition = cycle.definition.as_definition()
    since = cycle.watermark_from or 0
    read = Revision.objects.filter(object=OuterRef("pk"), change_number__gt=since)
    revised = DirectoryObject.objects.changed_since(since).filter(Exists(read))
    if definition.users.asks_for_groups:
        groups = list(revised.groups().values_list("pk", flat=True))
        for start in range(0, len(groups), PAGE):
            members = Membership.objects.members_of(groups[start : start + PAGE], nested=False)
            for people in members.values():
                yield from people
    if definition.users.asks_for_managers:
        yield from DirectoryObject.objects.reports_of(
            revised.people().values_list("origin_id", "source_key")
        )


def _below_changed_groups(cycle: Cycle) -> Iterator[UUID]:
    """Where nested groups count, a group that joins or leaves another takes its people along."""
    if not cycle.definition.as_definition().nested_groups:
        return
    groups = DirectoryObject.objects.groups().filter(change_number__gt=cycle.watermark_from)
    changed = list(groups.values_list("pk", flat=True))
    for start in range(0, len(changed), PAGE):
        below = Membership.objects.members_of(changed[start : start + PAGE], nested=True)
        for people in below.values():
            yield from people


def _waiting(cycle: Cycle) -> Iterator[UUID]:
    """Objects whose time has come though nothing about them changed."""
    now = Clock(cycle.now_is).now()
    yield from Escrow.objects.filter(job=cycle.job, next_try__lte=now).values_list(
        "object_id", flat=True
    )
    yield from Standing.objects.filter(job=cycle.job, code=Reason.WAITING_FOR_APPROVAL).values_list(
        "object_id", flat=True
    )
    yield from Link.objects.filter(job=cycle.job, delete_at__lte=now).values_list(
        "object_id", flat=True
    )
