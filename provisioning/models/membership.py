"""Who is in which group: edges, kept for ever with the change and the time that ended them.

Nested groups are walked with a visited set, level by level, so that circles and depth cost nothing
(directory-sources W13).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Self, TypeAlias

from django.db import models
from django.db.models import Q

from provisioning.core.resource import Kind
from provisioning.models.directory import DirectoryObject

Ids: TypeAlias = dict[uuid.UUID, set[uuid.UUID]]
_CHUNK = 500


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Members of groups and groups of people, directly or through groups in groups."""

    def current(self) -> Self:
        """Edges that hold now."""
        return self.filter(removed_change=None)

    def at(self, moment: datetime | None) -> Self:
        """Edges that held at a moment; without one, those that hold now.

        Of edges older than `Job.remembers_since` the beginning, or the end, is not known: they
        count as begun, or as ended, before.
        """
        if moment is None:
            return self.current()
        begun = Q(since=None) | Q(since__lte=moment)
        return self.filter(begun, Q(removed_change=None) | Q(until__gt=moment))

    def members_of(self, group_ids: Iterable[uuid.UUID], *, nested: bool) -> Ids:
        """The known people of each group, by directory id; with `nested` of its groups too."""
        asked = list(group_ids)
        inside = (
            self._closure(asked, "group", "member") if nested else {one: {one} for one in asked}
        )
        direct = self._pairs(_all_of(inside), "group", "member", Kind.USER)
        return _join(inside, direct)

    def groups_of(self, user_ids: Iterable[uuid.UUID], *, nested: bool) -> Ids:
        """The groups of each person, by directory id; with `nested` the groups around them too."""
        asked = list(user_ids)
        direct = self._pairs(asked, "member", "group", Kind.USER)
        if not nested:
            return {one: direct.get(one, set()) for one in asked}
        around = self._closure(_all_of(direct), "member", "group")
        return _join({one: direct.get(one, set()) for one in asked}, around)

    def _closure(self, groups: Iterable[uuid.UUID], start: str, end: str) -> Ids:
        """Each group with every group reached from it along the edges."""
        asked = list(groups)
        graph: Ids = {}
        frontier = set(asked)
        while frontier:
            found = self._pairs(frontier, start, end, Kind.GROUP)
            graph.update({one: found.get(one, set()) for one in frontier})
            frontier = _all_of(found) - graph.keys()
        return {one: _reached(one, graph) for one in asked}

    def _pairs(self, ids: Iterable[uuid.UUID], start: str, end: str, member_kind: Kind) -> Ids:
        pairs: Ids = {}
        for chunk in _chunks(list(ids)):
            edges = self.current().filter(
                **{f"{start}__in": chunk}, member_kind=member_kind.value, member__isnull=False
            )
            for one, other in edges.values_list(f"{start}_id", f"{end}_id").iterator():
                pairs.setdefault(one, set()).add(other)
        return pairs


class Membership(models.Model):
    """One group has one member, since one change and until another."""

    group = models.ForeignKey(
        DirectoryObject, on_delete=models.CASCADE, related_name="member_edges"
    )
    # The folded source id as the source names it; `member` is set while that object is present.
    member_key = models.TextField()
    member_kind = models.CharField(max_length=5)
    member = models.ForeignKey(
        DirectoryObject, on_delete=models.CASCADE, null=True, related_name="group_edges"
    )
    added_change = models.BigIntegerField()
    removed_change = models.BigIntegerField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("group", "member_kind", "member_key"),
                condition=Q(removed_change=None),
                name="membership_once",
            ),
            models.CheckConstraint(
                condition=Q(member_kind__in=[kind.value for kind in Kind]), name="membership_kind"
            ),
        ]
        indexes = [
            # Edges that wait for a member who may appear.
            models.Index(
                fields=("member_kind", "member_key"),
                name="membership_waiting",
                condition=Q(member=None, removed_change=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} has {self.member_kind} {self.member_key}"


def _reached(start: uuid.UUID, graph: Mapping[uuid.UUID, set[uuid.UUID]]) -> set[uuid.UUID]:
    visited = {start}
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - visited
        visited |= new
        waiting.extend(new)
    return visited


def _join(first: Ids, second: Ids) -> Ids:
    return {
        one: set().union(*(second.get(other, set()) for other in others))
        for one, others in first.items()
    }


def _all_of(ids: Ids) -> set[uuid.UUID]:
    return set().union(*ids.values())


def _chunks(ids: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
