"""Pages of any source into the directory: one transaction a page, one revision a real change.

An object that did not change costs no write. A page that changes something takes its change numbers
first, which makes writers wait for each other, and compares again under that lock. Who appears is
linked to those who named them before: subordinates and groups are marked (directory-sources 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction

from provisioning.core.directory_keys import fold_key
from provisioning.core.resource import Kind, State, Value
from provisioning.models.change_number import ChangeNumber
from provisioning.models.directory import (
    LIVE,
    DirectoryObject,
    Source,
)
from provisioning.models.membership import Membership
from provisioning.sources.base import Finding, Page, Record, state_of
from provisioning.sources.equality import same_value

_WRITTEN = (
    "source_id",
    "state",
    "attributes",
    "display_name",
    "user_name",
    "key_name",
    "search_key",
    "manager_key",
    "change_number",
    "revision",
    "updated",
)


@dataclass(slots=True)
class Counts:
    """What an import did to one part of the directory."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class ObjectImport:
    """One read of one kind: what it did, whom it saw, who was announced as `gone`, and what it has
    to say. `ended` turns true with the last page, `whole` when a read of changes named everybody.
    """

    origin: Source
    kind: Kind
    now: datetime
    merge: bool = False
    dry: bool = False
    counts: Counts = field(default_factory=Counts)
    seen: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    complete: bool = True
    ended: bool = False
    whole: bool = False
    cursor: str = ""
    managers: dict[str, list[int | None]] = field(default_factory=dict)
    rejected: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    # Whom a page of this read described before: more about them adds to it (rule 5).
    _described: set[str] = field(default_factory=set)

    def take(self, pages: Iterable[Page]) -> None:
        """Import every page; with `merge`, what a record does not name stays as it was. A `dry`
        read counts and writes nothing.
        """
        for page in pages:
            self.seen.update(fold_key(one) for one in page.present)
            self.complete = self.complete and page.complete
            self.ended, self.whole = page.last, self.whole or page.whole
            self.cursor = page.cursor or self.cursor
            self.rejected.extend(page.rejected)
            self.warnings.extend(page.warnings)
            self._take_records(_combined(page.records))
            self._take_gone({fold_key(one) for one in page.gone})

    def _take_gone(self, keys: set[str]) -> None:
        self.gone |= keys
        self.seen -= keys

    def _take_records(self, records: dict[str, Record]) -> None:
        self.seen.update(records)
        self.gone.difference_update(records)
        self._note_managers(records.values())
        if self.dry:
            comparison = self._compared(records, self._stored(records))
        elif self._says_anything_new(records):
            with transaction.atomic():
                first = ChangeNumber.take(len(records))
                comparison = self._compared(records, self._stored(records))
                comparison.store(first, self.now)
        else:
            comparison = _Comparison(self.origin, self.kind, unchanged=len(records))
        self._described.update(records)
        self.counts.added += len(comparison.appeared)
        self.counts.changed += len(comparison.changes) - len(comparison.appeared)
        self.counts.unchanged += comparison.unchanged

    def _note_managers(self, records: Iterable[Record]) -> None:
        for one in records:
            manager = one.attributes.get("manager")
            if self.kind is Kind.USER and isinstance(manager, str):
                self.managers.setdefault(fold_key(manager), []).append(one.line)

    def _says_anything_new(self, records: dict[str, Record]) -> bool:
        """Asked without a lock, so that an import without news never makes a writer wait."""
        if not records:
            return False
        known = self._stored(records)
        return len(known) < len(records) or bool(self._compared(records, known).changes)

    def _stored(self, records: dict[str, Record]) -> dict[str, DirectoryObject]:
        rows = DirectoryObject.objects.with_keys(self.origin, self.kind, records)
        return {one.source_key: one for one in rows}

    def _compared(
        self, records: dict[str, Record], existing: dict[str, DirectoryObject]
    ) -> _Comparison:
        comparison = _Comparison(self.origin, self.kind)
        for key, one in records.items():
            merge = self.merge or one.adds or key in self._described
            comparison.judge(key, one, existing.get(key), merge=merge)
        return comparison


@dataclass(slots=True)
class _Comparison:
    """What a page of records means for the directory as it is."""

    origin: Source
    kind: Kind
    unchanged: int = 0
    changes: list[DirectoryObject] = field(default_factory=list)
    # Keys of objects that are new or were gone, and of those that began or ceased to be live.
    appeared: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)

    def judge(self, key: str, one: Record, stored: DirectoryObject | None, *, merge: bool) -> None:
        """Decide whether `one` says anything new."""
        before = dict(stored.attributes) if stored is not None and merge else {}
        said = {**before, **one.attributes}
        attributes = {name: value for name, value in said.items() if value is not None}
        state = state_of(self.kind, attributes).value
        if stored is not None and _is(stored, state, attributes):
            self.unchanged += 1
            return
        was = stored.state if stored is not None else State.GONE.value
        if was == State.GONE.value:
            self.appeared.append(key)
        if (was in LIVE) != (state in LIVE):
            self.turned.append(key)
        self.changes.append(_written(self.origin, self.kind, key, one.source_id, stored))
        self.changes[-1].describe(state, attributes)

    def store(self, first: int, now: datetime) -> None:
        """Write objects and revisions; mark whoever is touched by who appeared or turned."""
        for number, one in enumerate(self.changes, start=first):
            one.change_number = number
            one.updated = now
            if one.revision == 1:
                one.created = now
        write_changes(self.changes)
        if self.kind is Kind.USER:
            mark_subordinates(self.origin, self.turned, but=self.changes)
        link_waiting_edges(self.origin, self.kind, self.appeared)


def write_changes(changes: list[DirectoryObject]) -> None:
    """Insert or update the objects as they are, and copy each into its history.

    The change numbers of one transaction are its own: they name the rows to copy.
    """
    if not changes:
        return
    DirectoryObject.objects.bulk_create(
        changes, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN
    )
    numbers = [one.change_number for one in changes]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO provisioning_revision"
            " (object_id, number, change_number, state, attributes, recorded)"
            " SELECT id, revision, change_number, state, attributes, updated"
            " FROM provisioning_directoryobject WHERE change_number BETWEEN %s AND %s",
            [min(numbers), max(numbers)],
        )


def mark_subordinates(
    origin: Source, manager_keys: list[str], *, but: Iterable[DirectoryObject] = ()
) -> None:
    """Mark the people who name one of these as their manager."""
    if not manager_keys:
        return
    people = DirectoryObject.objects.people().present()
    named = people.filter(origin=origin, manager_key__in=manager_keys)
    written = {one.pk for one in but}
    DirectoryObject.objects.mark(
        pk for pk in named.values_list("pk", flat=True) if pk not in written
    )


def link_waiting_edges(origin: Source, kind: Kind, keys: list[str]) -> None:
    """Give memberships that waited for these objects their member, and mark both sides."""
    waiting = Membership.objects.current().filter(
        group__origin=origin, member_kind=kind.value, member=None, member_key__in=keys
    )
    edges = list(waiting) if keys else []
    for one in edges:
        one.member_id = DirectoryObject.identity(origin, kind, one.member_key)
    Membership.objects.bulk_update(edges, ["member"], batch_size=500)
    touched = {one.group_id for one in edges}
    touched.update(one.member_id for one in edges if one.member_id is not None)
    DirectoryObject.objects.mark(touched)


def _combined(records: Iterable[Record]) -> dict[str, Record]:
    """The records of a page by key; who appears twice is described by both, the later one wins."""
    found: dict[str, Record] = {}
    for one in records:
        key = fold_key(one.source_id)
        before = found.get(key)
        if before is not None:
            said = {**before.attributes, **one.attributes}
            one = replace(one, attributes=said, adds=before.adds and one.adds)
        found[key] = one
    return found


def _is(stored: DirectoryObject, state: str, attributes: dict[str, Value]) -> bool:
    return state == stored.state and same_value(attributes, stored.attributes)


def _written(
    origin: Source, kind: Kind, key: str, source_id: str, stored: DirectoryObject | None
) -> DirectoryObject:
    if stored is not None:
        stored.revision += 1
        return stored
    return DirectoryObject(
        id=DirectoryObject.identity(origin, kind, key),
        origin_id=origin.pk,
        source_id=source_id,
        source_key=key,
        kind=kind.value,
    )
