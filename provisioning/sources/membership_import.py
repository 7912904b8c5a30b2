"""Memberships of any source into the directory, compared as sets and never as lists.

Known edges are held as numbers, so that a million of them fit into memory; only differences are
written. A member nobody knows yet is kept by key and linked on appearance.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.resource import Kind
from provisioning.models.directory import DirectoryObject, Source
from provisioning.models.membership import Membership
from provisioning.sources.base import Edge, Finding, Page
from provisioning.sources.importing import Counts
from provisioning.sources.membership_rows import (
    BATCH,
    Ends,
    begin_memberships,
    end_memberships,
)

_BITS = 30


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the same import would have done before: keys of who is in it, ids of who leaves."""

    seen: Mapping[Kind, set[str]] = field(default_factory=dict)
    leaving: set[uuid.UUID] = field(default_factory=set)


@dataclass(slots=True)
class MembershipImport:
    """One read of the memberships of a source; with what is `foreseen` of people and groups it
    counts and writes nothing.
    """

    origin: Source
    file: str
    now: datetime
    foreseen: Foreseen | None = None
    counts: Counts = field(default_factory=Counts)
    complete: bool = True
    ended: bool = False
    cursor: str = ""
    rejected: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    _known: _Known = field(init=False)
    _stored: set[int] = field(default_factory=set)
    _seen: set[int] = field(default_factory=set)
    _new: list[int] = field(default_factory=list)
    _gone: set[int] = field(default_factory=set)
    # Whose memberships the source cannot show now, on either side.
    _unseen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        foreseen = self.foreseen or Foreseen()
        self._known = _Known(self.origin, foreseen)
        current = Membership.objects.current().filter(group__origin=self.origin)
        rows = current.values_list(
            "group__source_key", "member_kind", "member_key", "group_id", "member_id"
        )
        self._stored = {
            self._known.edge(group, Kind(kind), member)
            for group, kind, member, *ends in rows.iterator()
            if foreseen.leaving.isdisjoint(ends)
        }

    def take(self, pages: Iterable[Page]) -> None:
        """Read every page, then begin the memberships that are new."""
        for page in pages:
            self.complete = self.complete and page.complete
            self.ended = page.last
            self.cursor = page.cursor or self.cursor
            self.rejected.extend(page.rejected)
            self.warnings.extend(page.warnings)
            self._unseen.update(fold_key(one) for one in page.present)
            for one in page.edges:
                self._judge(one)
            self._gone.update(map(self._number_of, page.ended))
        self.counts.unchanged = len(self._seen & self._stored)
        self.counts.added = self._begin(sorted(self._new))

    def missing(self) -> set[int]:
        """The memberships that the read did not show, but should have."""
        missing = self._stored - self._seen
        if not self._unseen:
            return missing
        return {one for one in missing if self._unseen.isdisjoint(self._known.keys(one))}

    def told_ended(self) -> set[int]:
        """The memberships of which the read said that they are no more."""
        return (self._stored & self._gone) - self._seen

    def end(self, edges: set[int]) -> None:
        """End these memberships."""
        if self.foreseen is not None:
            self.counts.removed += len(edges)
            return
        rows = Membership.objects.current().filter(group__origin=self.origin)
        ended = [
            pk
            for pk, group, kind, member in rows.values_list(
                "pk", "group__source_key", "member_kind", "member_key"
            ).iterator()
            if self._known.edge(group, Kind(kind), member) in edges
        ]
        self.counts.removed += end_memberships(ended, self.now)

    def _judge(self, one: Edge) -> None:
        group, member = fold_key(one.group), fold_key(one.member)
        if not self._known.has(Kind.GROUP, group):
            reason = _("The group “%(id)s” is unknown: import it with --groups first.")
            self.rejected.append(Finding(self.file, one.line, reason % {"id": one.group[:60]}))
            return
        if not self._known.has(one.member_kind, member):
            reason = _("The member “%(id)s” is unknown and will be linked when it appears.")
            self._warn(one, reason % {"id": one.member[:60]})
        number = self._known.edge(group, one.member_kind, member)
        if number in self._seen:
            self._warn(one, _("This membership is listed before: it counts once."))
        elif number not in self._stored:
            self._new.append(number)
        self._seen.add(number)

    def _number_of(self, one: Edge) -> int:
        return self._known.edge(fold_key(one.group), one.member_kind, fold_key(one.member))

    def _warn(self, one: Edge, reason: str) -> None:
        self.warnings.append(Finding(self.file, one.line, reason))

    def _begin(self, numbers: list[int]) -> int:
        if self.foreseen is not None:
            return len(numbers)
        for start in range(0, len(numbers), BATCH):
            edges = [self._known.ends(one) for one in numbers[start : start + BATCH]]
            begin_memberships(edges, self.now)
        return len(numbers)


class _Known:
    """The ids of a source as small numbers, and which of them are present."""

    def __init__(self, origin: Source, foreseen: Foreseen) -> None:
        self._origin = origin
        self._numbers: dict[str, int] = {}
        self._keys: list[str] = []
        self._identity = lru_cache(maxsize=50_000)(self._identify)
        rows = DirectoryObject.objects.present().filter(origin=origin)
        self._present = {kind: set(foreseen.seen.get(kind, ())) for kind in Kind}
        for pk, kind, key in rows.values_list("pk", "kind", "source_key").iterator():
            if pk not in foreseen.leaving:
                self._present[Kind(kind)].add(key)

    def has(self, kind: Kind, key: str) -> bool:
        """Whether the source has such an object now."""
        return key in self._present[kind]

    def edge(self, group: str, member_kind: Kind, member: str) -> int:
        """One number for a membership; sorted, a member's memberships stand together, so that
        each member is marked once or twice and not once per group.
        """
        is_group = member_kind is Kind.GROUP
        return ((self._number(member) << 1 | is_group) << _BITS) | self._number(group)

    def keys(self, edge: int) -> tuple[str, str]:
        """Group and member behind a number."""
        return self._keys[edge & ((1 << _BITS) - 1)], self._keys[edge >> (_BITS + 1)]

    def ends(self, edge: int) -> Ends:
        """The two objects behind a number; the member is None while nobody knows it."""
        holder, key = self.keys(edge)
        kind = Kind.GROUP if edge >> _BITS & 1 else Kind.USER
        group = self._identity(Kind.GROUP, holder)
        return Ends(group, key, kind, self._identity(kind, key) if self.has(kind, key) else None)

    def _identify(self, kind: Kind, key: str) -> uuid.UUID:
        return DirectoryObject.identity(self._origin, kind, key)

    def _number(self, key: str) -> int:
        number = self._numbers.setdefault(key, len(self._keys))
        if number == len(self._keys):
            self._keys.append(key)
        return number
