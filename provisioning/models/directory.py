"""The directory: people and groups as their sources describe them, every change numbered and kept.

Objects are never deleted: who is gone keeps a row with state `gone` and all revisions (design 2).
Keys are compared folded (core.directory_keys); the values beside them are kept as they were read.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from django.db import connection, models
from django.db.models import Q

from provisioning.core.directory_keys import fold_key, guest_address, search_key
from provisioning.core.resource import Kind, SourceObject, State, Value
from provisioning.models.change_number import ChangeNumber

LIVE = (State.ACTIVE.value, State.DISABLED.value)
"""The states in which an object can be somebody's manager or a reference at a target."""

KEY_LENGTH = 512
"""Characters of a look-up key that are stored: an index row has a size limit."""

_CHUNK = 500

_NAMESPACE = uuid.UUID("6f0c3a52-8f0e-5d7b-9a44-5f1f3c1d2b10")


class Source(models.Model):
    """Where directory objects come from. Its name is part of every object's identity."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class DirectoryQuerySet(models.QuerySet["DirectoryObject"]):
    """The questions that engine, console and importer ask the directory."""

    def changed_since(self, number: int) -> Self:
        """Objects with a change after `number`, oldest change first."""
        return self.filter(change_number__gt=number).order_by("change_number")

    def people(self) -> Self:
        """Users only."""
        return self.filter(kind=Kind.USER.value)

    def groups(self) -> Self:
        """Groups only."""
        return self.filter(kind=Kind.GROUP.value)

    def present(self) -> Self:
        """Without the objects that their source no longer has."""
        return self.exclude(state=State.GONE.value)

    def with_keys(self, origin: Source, kind: Kind, keys: Iterable[str]) -> Self:
        """Objects of one source by folded source ids."""
        return self.filter(origin=origin, kind=kind.value, source_key__in=list(keys))

    def find(self, text: str) -> list[DirectoryObject]:
        """Who a person means by `text`: userPrincipalName (a group: displayName), source id,
        directory id, else externalId. Objects that are gone answer only where nobody else does.
        """
        key = fold_key(text)
        wanted = Q(key_name=name_key(guest_address(text))) | Q(source_key=key)
        if (identity := _as_uuid(key)) is not None:
            wanted |= Q(pk=identity)
        found = list(self.filter(wanted).order_by("change_number"))
        if not found:
            found = list(self.filter(attributes__externalId=text.strip()))
        return [one for one in found if one.state != State.GONE.value] or found

    def named_like(self, text: str) -> Self:
        """Who has every word of `text` in the name, user name, e-mail or source id; case and
        accents do not count. For somebody who types, where `find` is for a key that is known.
        """
        found = self
        for word in search_key(text).split():
            found = found.filter(search_key__contains=word)
        return found

    def mark(self, ids: Iterable[uuid.UUID] | None = None) -> int:
        """Give the rows of this set, or those named, new change numbers without a revision, because
        something about them changed that is stored elsewhere. Answers how many.
        """
        if ids is None:
            ids = self.order_by().values_list("pk", flat=True)
        wanted = sorted(set(ids))
        if wanted:
            _renumber(wanted, ChangeNumber.take(len(wanted)))
        return len(wanted)

    def reports_of(self, managers: Iterable[tuple[int, str]]) -> Iterator[uuid.UUID]:
        """Who names one of these people, by source and key, as their manager."""
        keys: dict[int, list[str]] = {}
        for origin, key in managers:
            keys.setdefault(origin, []).append(key)
        for origin, named in keys.items():
            for start in range(0, len(named), _CHUNK):
                reports = self.filter(origin=origin, manager_key__in=named[start : start + _CHUNK])
                reports = reports.exclude(manager_key="")  # the condition of their index
                yield from reports.values_list("pk", flat=True)

    def managers_of(self, objects: Iterable[DirectoryObject]) -> dict[uuid.UUID, DirectoryObject]:
        """Each person's manager, by the person's id. A manager who is unknown, soft-deleted or gone
        is no manager (directory-sources 2.4).
        """
        reports = Reports(objects)
        live = DirectoryObject.objects.people().filter(
            state__in=LIVE, source_key__in=reports.managers
        )
        return reports.paired(live)


class DirectoryObject(models.Model):
    """One person or group as its source describes it now."""

    id = models.UUIDField(primary_key=True, editable=False)
    # The source: a foreign key called `source` would take the name `source_id` from the text below.
    origin = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="directory_objects")
    source_id = models.TextField()
    source_key = models.TextField()
    kind = models.CharField(max_length=5)
    state = models.CharField(max_length=12)
    attributes = models.JSONField(default=dict)
    display_name = models.TextField(blank=True)
    # People: the userPrincipalName as Entra provisions it. Groups: empty.
    user_name = models.TextField(blank=True)
    # People: the folded userPrincipalName. Groups: the folded displayName.
    key_name = models.CharField(max_length=KEY_LENGTH, blank=True)
    # Name, user name, e-mail and source id as a search compares them, a line each.
    search_key = models.TextField(blank=True)
    # The folded source id of the manager, whether that person is known or not; empty: none.
    manager_key = models.TextField(blank=True)
    change_number = models.BigIntegerField()
    revision = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects = DirectoryQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also the importer's look-up of a page by its ids.
            models.UniqueConstraint(
                fields=("origin", "kind", "source_key"), name="directory_object_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="directory_object_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]),
                name="directory_object_state",
            ),
        ]
        indexes = [
            # changed_since: what a cycle has not decided yet.
            models.Index(fields=("change_number",), name="directory_change"),
            # The people of a manager, when the manager appears or leaves.
            models.Index(
                fields=("origin", "manager_key"),
                name="directory_manager",
                condition=~Q(manager_key=""),
            ),
            # find and managers_of: by userPrincipalName or group name, and by id in any source.
            models.Index(fields=("key_name",), name="directory_name"),
            models.Index(fields=("source_key",), name="directory_source_key"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.source_id

    @staticmethod
    def identity(origin: Source, kind: Kind, source_key: str) -> uuid.UUID:
        """The directory id: the same object of the same source has it in every installation."""
        return uuid.uuid5(_NAMESPACE, "\x1f".join((origin.name, kind.value, source_key)))

    def describe(self, state: str, attributes: dict[str, Value]) -> None:
        """Take over what a source says of the object, with all that is looked up by it."""
        kind = Kind(self.kind)
        self.state, self.attributes = state, attributes
        said = SourceObject(self.source_id, kind, State(state), attributes)
        self.display_name = said.display_name
        mail = _text(attributes, "mail")
        if kind is Kind.GROUP:
            self.key_name = name_key(_text(attributes, "displayName"))
            self.search_key = search_key(self.display_name, mail, self.source_id)
            return
        self.user_name = guest_address(_text(attributes, "userPrincipalName"))
        self.key_name = name_key(self.user_name)
        self.search_key = search_key(self.display_name, self.user_name, mail, self.source_id)
        self.manager_key = fold_key(_text(attributes, "manager"))

    def as_source_object(self) -> SourceObject:
        """The object as decisions see it."""
        return source_object(self.source_id, Kind(self.kind), self.state, self.attributes)


class Reports:
    """People by the source and key of whom they name as their manager."""

    def __init__(self, people: Iterable[DirectoryObject]) -> None:
        self._named: dict[tuple[int, str], list[uuid.UUID]] = {}
        for one in people:
            if one.manager_key:
                self._named.setdefault((one.origin_id, one.manager_key), []).append(one.pk)

    @property
    def managers(self) -> set[str]:
        """The keys that are named."""
        return {key for _, key in self._named}

    def paired(self, managers: Iterable[DirectoryObject]) -> dict[uuid.UUID, DirectoryObject]:
        """Each person's manager among these, by the person's id."""
        return {
            report: manager
            for manager in managers
            for report in self._named.get((manager.origin_id, manager.source_key), [])
        }


def _renumber(ids: list[uuid.UUID], first: int) -> None:
    """Number the rows from `first` on. One prepared statement run many times: Django's bulk_update
    writes a CASE per row and took ten times as long (measured with 20,000 rows).
    """
    rows = list(enumerate(stored_ids(ids), start=first))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE provisioning_directoryobject SET change_number = %s WHERE id = %s", rows
        )


def stored_ids(ids: Iterable[uuid.UUID | None]) -> list[uuid.UUID | str | None]:
    """Directory ids as the database in use keeps them."""
    if connection.features.has_native_uuid_field:
        return list(ids)
    return [one and one.hex for one in ids]


def name_key(name: str) -> str:
    """A userPrincipalName or group name as it is looked up."""
    return fold_key(name)[:KEY_LENGTH]


def source_object(
    source_id: str, kind: Kind, state: str, stored: Mapping[str, Value]
) -> SourceObject:
    """What a source said of an object, as decisions see it."""
    attributes = {**stored, "objectId": source_id}
    if kind is Kind.GROUP:
        attributes.setdefault("securityEnabled", True)
        return SourceObject(source_id, kind, State(state), attributes)
    attributes.setdefault("accountEnabled", True)
    raw = stored.get("userPrincipalName")
    if isinstance(raw, str):
        attributes["userPrincipalName"] = guest_address(raw)
        attributes["originalUserPrincipalName"] = raw
    return SourceObject(source_id, kind, State(state), attributes)


def _text(attributes: Mapping[str, Value], name: str) -> str:
    value = attributes.get(name)
    return value if isinstance(value, str) else ""


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
