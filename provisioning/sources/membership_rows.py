"""Rows of memberships: begun and ended in bulk, with both ends marked.

A membership that begins or ends marks its group and its member, because assignments through groups
touch people.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from provisioning.core.resource import Kind
from provisioning.models.change_number import ChangeNumber
from provisioning.models.directory import DirectoryObject, stored_ids
from provisioning.models.membership import Membership

BATCH = 10_000
_ROWS = 500


class Ends(NamedTuple):
    """A membership by directory ids."""

    group: uuid.UUID
    member_key: str
    member_kind: Kind
    member: uuid.UUID | None


def begin_memberships(edges: list[Ends], now: datetime) -> None:
    """Begin these memberships, none of which holds now; one transaction."""
    with transaction.atomic():
        _insert(edges, ChangeNumber.take(), now)
        _mark((one.group, one.member) for one in edges)


def end_memberships(ids: list[int], now: datetime) -> int:
    """End the memberships with these row ids, a transaction for each batch; answers how many."""
    ended = 0
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            ended += _end(ids[start : start + BATCH], now)
    return ended


def _insert(edges: list[Ends], change: int, now: datetime) -> None:
    """One prepared statement run many times: five times as fast as building rows of models."""
    groups = stored_ids(one.group for one in edges)
    members = stored_ids(one.member for one in edges)
    since = connection.ops.adapt_datetimefield_value(now)
    rows = [
        (group, one.member_key, one.member_kind.value, member, change, since)
        for one, group, member in zip(edges, groups, members, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO provisioning_membership"
            " (group_id, member_key, member_kind, member_id, added_change, since)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            rows,
        )


def _end(ids: list[int], now: datetime) -> int:
    change = ChangeNumber.take()
    ended = 0
    pairs: list[tuple[uuid.UUID, uuid.UUID | None]] = []
    for start in range(0, len(ids), _ROWS):
        rows = Membership.objects.current().filter(pk__in=ids[start : start + _ROWS])
        pairs.extend(rows.values_list("group_id", "member_id"))
        ended += rows.update(removed_change=change, until=now)
    _mark(pairs)
    return ended


def _mark(pairs: Iterable[tuple[uuid.UUID, uuid.UUID | None]]) -> None:
    DirectoryObject.objects.mark({one for pair in pairs for one in pair if one is not None})
