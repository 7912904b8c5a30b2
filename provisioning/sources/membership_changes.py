"""Changes of memberships into the directory: only the groups and members that are named are looked
up, so that the cost grows with what changed and never with the directory.

Members are told one by one (`edges`, `ended`) or as the whole of a group (`rosters`), whichever the
source can; both may be split over pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar

from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.resource import Kind
from provisioning.models.directory import DirectoryObject, Source
from provisioning.models.membership import Membership
from provisioning.sources.base import Edge, Finding, Page
from provisioning.sources.importing import Counts
from provisioning.sources.membership_rows import Ends, begin_memberships, end_memberships

_CHUNK = 500

Member: TypeAlias = tuple[Kind, str]
T = TypeVar("T")


@dataclass(slots=True)
class MembershipChanges:
    """One read of what changed. Unless `ends`, memberships begin and none ends."""

    origin: Source
    file: str
    now: datetime
    ends: bool = True
    counts: Counts = field(default_factory=Counts)
    complete: bool = True
    ended: bool = False
    cursor: str = ""
    rejected: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    # Every member that this read named, by the group's key: a roster may come after its edges.
    _named: dict[str, set[Member]] = field(default_factory=dict)

    def take(self, pages: Iterable[Page]) -> None:
        """Apply every page."""
        for page in pages:
            self.complete = self.complete and page.complete
            self.ended = page.last
            self.cursor = page.cursor or self.cursor
            self.rejected.extend(page.rejected)
            self.warnings.extend(page.warnings)
            self._begin(page.edges)
            if self.ends:
                self._end(page.ended)
                self._end_unlisted(page.rosters)

    def _begin(self, edges: Iterable[Edge]) -> None:
        for group, members in self._by_group(edges).items():
            self._named.setdefault(group, set()).update(members)
            pk = self._group(group)
            if pk is None:
                reason = _("The group “%(id)s” is unknown: its members were left out.")
                self.rejected.append(Finding(self.file, None, reason % {"id": group[:60]}))
                continue
            held = {member for _row, member in self._current(pk, members)}
            new = [one for one in sorted(members) if one not in held]
            self.counts.unchanged += len(members) - len(new)
            self.counts.added += len(new)
            if new:
                begin_memberships(self._ends(pk, new), self.now)

    def _end(self, edges: Iterable[Edge]) -> None:
        for group, members in self._by_group(edges).items():
            self._named.get(group, set()).difference_update(members)
            if (pk := self._group(group)) is not None:
                ended = [row for row, _member in self._current(pk, members)]
                self.counts.removed += end_memberships(ended, self.now)

    def _end_unlisted(self, groups: Iterable[str]) -> None:
        for key in map(fold_key, groups):
            if (pk := self._group(key)) is None:
                continue
            named = self._named.get(key, set())
            rows = Membership.objects.current().filter(group=pk)
            ended = [
                row
                for row, kind, member in rows.values_list("pk", "member_kind", "member_key")
                if (Kind(kind), member) not in named
            ]
            self.counts.removed += end_memberships(ended, self.now)

    def _by_group(self, edges: Iterable[Edge]) -> dict[str, set[Member]]:
        found: dict[str, set[Member]] = {}
        for one in edges:
            member = (one.member_kind, fold_key(one.member))
            found.setdefault(fold_key(one.group), set()).add(member)
        return found

    def _group(self, key: str) -> uuid.UUID | None:
        rows = DirectoryObject.objects.present().with_keys(self.origin, Kind.GROUP, [key])
        return rows.values_list("pk", flat=True).first()

    def _current(self, group: uuid.UUID, members: set[Member]) -> Iterator[tuple[int, Member]]:
        """The memberships among these that hold now, each with its row id."""
        for keys in _chunks(sorted({key for _kind, key in members})):
            rows = Membership.objects.current().filter(group=group, member_key__in=keys)
            for pk, kind, key in rows.values_list("pk", "member_kind", "member_key"):
                if (Kind(kind), key) in members:
                    yield pk, (Kind(kind), key)

    def _ends(self, group: uuid.UUID, members: list[Member]) -> list[Ends]:
        known: set[uuid.UUID] = set()
        identities = {one: DirectoryObject.identity(self.origin, one[0], one[1]) for one in members}
        for ids in _chunks(sorted(identities.values())):
            rows = DirectoryObject.objects.present().filter(pk__in=ids)
            known.update(rows.values_list("pk", flat=True))
        return [
            Ends(group, key, kind, identity if identity in known else None)
            for (kind, key), identity in identities.items()
        ]


def _chunks(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
