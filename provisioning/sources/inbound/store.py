"""The resources of one inbound source: every change is told to the directory in its transaction.

Whoever pushes says outright who is to be removed, so no guard is asked here: the guard of each
application holds what would leave too many without an account.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from provisioning.core.inbound.patching import MemberChange, named_members
from provisioning.core.inbound.refusals import Refusal, invalid_value, not_found
from provisioning.core.json_values import entry
from provisioning.core.resource import Kind, Value
from provisioning.models.directory import DirectoryObject, Source
from provisioning.models.inbound import PushedResource
from provisioning.models.membership import Membership
from provisioning.sources.base import Page
from provisioning.sources.columns import BadValue
from provisioning.sources.importing import ObjectImport
from provisioning.sources.inbound.references import adopt, as_id, manager_id, resolved
from provisioning.sources.inbound.rows import keys_of, record_of
from provisioning.sources.membership_changes import MembershipChanges
from provisioning.sources.removal import remove_objects

Members = tuple[Mapping[str, Value], ...]
_KINDS = {"user": Kind.USER, "group": Kind.GROUP}


@dataclass(frozen=True, slots=True)
class Store:
    """What one source has pushed, at one moment."""

    origin: Source
    now: datetime

    def get(self, kind: Kind, identifier: str) -> PushedResource:
        """The resource with this id, locked until the transaction ends; `Refusal` 404 for none."""
        identity = as_id(identifier)
        rows = PushedResource.objects.select_for_update().filter(
            origin=self.origin, kind=kind.value
        )
        found = rows.filter(pk=identity).first() if identity is not None else None
        if found is None:
            raise not_found(kind.value)
        return found

    def create(
        self, kind: Kind, document: dict[str, Value], identity: uuid.UUID | None = None
    ) -> PushedResource:
        """A new resource, with the members that its document names."""
        members = _taken_members(document)
        row = PushedResource(
            id=identity or uuid.uuid4(),
            origin=self.origin,
            kind=kind.value,
            created=self.now,
            updated=self.now,
        )
        self._save(row, document, new=True)
        if kind is Kind.GROUP and members:
            self._change_members(row, MemberChange("add", members))
        for report in adopt(row, self.now):
            self._tell(report)
        return row

    def replace(self, row: PushedResource, document: dict[str, Value], *, whole: bool) -> None:
        """The document in the place of the one before; with `whole`, a group's members likewise."""
        members = _taken_members(document)
        whole = whole and row.kind == Kind.GROUP.value
        changes = [MemberChange("replace", members)] if whole else []
        self.change(row, document, changes)

    def change(
        self, row: PushedResource, document: dict[str, Value], changes: Iterable[MemberChange] = ()
    ) -> None:
        """The document as it is now, and what is done to members. Nothing new is no new version."""
        before, was_named = row.document, row.external_id
        touched = [self._change_members(row, one) for one in changes]
        if document == before and not any(touched):
            return
        row.version += 1
        row.updated = self.now
        self._save(row, document, new=False)
        if row.external_id != was_named:
            for report in adopt(row, self.now):
                self._tell(report)

    def delete(self, row: PushedResource) -> None:
        """The object is gone, from all groups too, and nobody's manager (contract, rule 6)."""
        kind = Kind(row.kind)
        identity = DirectoryObject.identity(self.origin, kind, str(row.pk))
        remove_objects(self.origin, kind, [identity], self.now)
        row.delete()

    def _save(self, row: PushedResource, document: dict[str, Value], *, new: bool) -> None:
        row.document = document
        for name, key in keys_of(document, Kind(row.kind)).items():
            setattr(row, name, key)
        try:
            with transaction.atomic():
                row.save(force_insert=new)
        except IntegrityError:
            detail = "Another user of this source has this userName."
            raise Refusal(409, detail, "uniqueness") from None
        self._tell(row)

    def _tell(self, row: PushedResource) -> None:
        """Write what the resource says into the directory."""
        kind = Kind(row.kind)
        manager = manager_id(self.origin, row.manager_reference) if row.manager_reference else ""
        try:
            said = record_of(str(row.pk), kind, row.document, manager)
        except BadValue as problem:
            raise invalid_value(str(problem)) from None
        ObjectImport(self.origin, kind, self.now).take([Page(records=(said,), last=True)])

    def _change_members(self, row: PushedResource, change: MemberChange) -> bool:
        """Begin and end memberships; whether anything did."""
        group = str(row.pk)
        read = MembershipChanges(self.origin, group, self.now)
        if change.members is None:
            read.take([Page(rosters=(group,), last=True)])
            return bool(read.counts.removed)
        edges = tuple(resolved(self.origin, group, map(_reference, change.members)))
        if change.op == "remove":
            read.take([Page(ended=edges, last=True)])
        else:
            rosters = (group,) if change.op == "replace" else ()
            read.take([Page(edges=edges, rosters=rosters, last=True)])
        return bool(read.counts.added or read.counts.removed)


def members_of(origin: Source, rows: Iterable[PushedResource]) -> dict[uuid.UUID, list[Value]]:
    """The members of groups, each with its `value` and `type`, by the group's id."""
    groups = {
        DirectoryObject.identity(origin, Kind.GROUP, str(one.pk)): one.pk
        for one in rows
        if one.kind == Kind.GROUP.value
    }
    edges = Membership.objects.current().filter(group__in=list(groups)).order_by("id")
    found: dict[uuid.UUID, list[Value]] = {}
    for group, kind, key in edges.values_list("group_id", "member_kind", "member_key"):
        member: Value = {"value": key, "type": kind.capitalize()}
        found.setdefault(groups[group], []).append(member)
    return found


def groups_of(origin: Source, rows: Iterable[PushedResource]) -> dict[uuid.UUID, list[Value]]:
    """The groups that people are in directly, by the person's id."""
    people = {
        DirectoryObject.identity(origin, Kind.USER, str(one.pk)): one.pk
        for one in rows
        if one.kind == Kind.USER.value
    }
    edges = Membership.objects.current().filter(member__in=list(people)).order_by("id")
    found: dict[uuid.UUID, list[Value]] = {}
    named = edges.values_list("member_id", "group__source_id", "group__display_name")
    for person, group, name in named:
        if person is not None:
            found.setdefault(people[person], []).append({"value": group, "display": name})
    return found


def _taken_members(document: dict[str, Value]) -> Members:
    """The members of a document, which are kept as edges and not in it."""
    return named_members(document.pop("members", None))


def _reference(member: Mapping[str, Value]) -> tuple[str, Kind | None]:
    kind = entry(member, "type")
    return str(entry(member, "value")), _KINDS.get(str(kind).lower())
