"""Who is no longer in a source, and whether to believe it (directory-sources 1, rules 2 and 6).

Only a complete read can miss somebody. When more than 10 % and more than 3 of the people, or of the
groups, are missing at once, a person must say so (F23, W32). Whoever goes leaves all groups and is
nobody's manager, because no directory announces that by itself.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from provisioning.core.resource import Kind, State
from provisioning.models.change_number import ChangeNumber
from provisioning.models.directory import DirectoryObject, DirectoryQuerySet, Source
from provisioning.models.membership import Membership
from provisioning.sources.importing import mark_subordinates, write_changes

SHRINK_PERCENT = 10
SHRINK_COUNT = 3
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """How many of those who were present are missing from a complete read."""

    present: int
    missing: int

    @property
    def suspicious(self) -> bool:
        """More than the guard lets pass."""
        too_many = self.missing * 100 > self.present * SHRINK_PERCENT
        return too_many and self.missing > SHRINK_COUNT


def count_present(origin: Source, kind: Kind) -> int:
    """How many objects the source has before an import."""
    return _present(origin, kind).count()


def missing_objects(origin: Source, kind: Kind, seen: set[str]) -> list[uuid.UUID]:
    """The objects of the source that a complete read did not show."""
    rows = _present(origin, kind).values_list("pk", "source_key")
    return [pk for pk, key in rows.iterator() if key not in seen]


def announced_objects(origin: Source, kind: Kind, keys: set[str]) -> list[uuid.UUID]:
    """The objects of the source that it announced as deleted and that are still present."""
    asked = sorted(keys)
    found: list[uuid.UUID] = []
    for start in range(0, len(asked), _BATCH):
        rows = _present(origin, kind).filter(source_key__in=asked[start : start + _BATCH])
        found.extend(rows.values_list("pk", flat=True))
    return found


def remove_objects(origin: Source, kind: Kind, ids: list[uuid.UUID], now: datetime) -> int:
    """Turn the objects `gone`, page by page; answers how many memberships ended with them."""
    ended = 0
    for start in range(0, len(ids), _BATCH):
        with transaction.atomic():
            ended += _remove(origin, kind, ids[start : start + _BATCH], now)
    return ended


def count_ending(origin: Source, leaving: set[uuid.UUID]) -> int:
    """How many memberships would end with these objects; nothing is written."""
    edges = Membership.objects.current().filter(group__origin=origin)
    pairs = edges.values_list("group_id", "member_id").iterator()
    return sum(not leaving.isdisjoint(pair) for pair in pairs)


def _present(origin: Source, kind: Kind) -> DirectoryQuerySet:
    return DirectoryObject.objects.present().filter(origin=origin, kind=kind.value)


def _remove(origin: Source, kind: Kind, ids: list[uuid.UUID], now: datetime) -> int:
    first = ChangeNumber.take(len(ids))
    leaving = list(_present(origin, kind).filter(pk__in=ids))
    for number, one in enumerate(leaving, start=first):
        one.state = State.GONE.value
        one.revision += 1
        one.change_number = number
        one.updated = now
    write_changes(leaving)
    if kind is Kind.USER:
        mark_subordinates(origin, [one.source_key for one in leaving], but=leaving)
    return _end_memberships([one.pk for one in leaving], first, now)


def _end_memberships(ids: list[uuid.UUID], change: int, now: datetime) -> int:
    """End every membership in and of these objects, and mark whoever stays on the other side."""
    edges = Membership.objects.current().filter(Q(group__in=ids) | Q(member__in=ids))
    touched = set(ids)
    for pair in edges.values_list("group_id", "member_id"):
        touched.update(one for one in pair if one is not None)
    ended = edges.update(removed_change=change, until=now)
    DirectoryObject.objects.mark(touched.difference(ids))
    return ended
