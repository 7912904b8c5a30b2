"""The directory: people and groups as their sources describe them, every change numbered and kept.

Objects are never deleted: who is gone keeps a row with state `gone` and all revisions (design 2).
Keys are compared folded (core.directory_keys); the values beside them are kept as they were read.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from django.db import models
from django.db.models import Q

from provisioning.core.directory_keys import fold_key, guest_address
from provisioning.core.resource import Kind, SourceObject, State, Value
from provisioning.models.change_number import ChangeNumber

LIVE = (State.ACTIVE.value, State.DISABLED.value)
"""The states in which an object can be somebody's manager or a reference at a target."""

KEY_LENGTH = 512
"""Characters of a look-up key that are stored: an index row has a size limit."""

_NAMESPACE = uuid.UUID("6f0c3a52-8f0e-5d7b-9a44-5f1f3c1d2b10")
_BATCH = 500


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

    def with_keys(self, source: Source, kind: Kind, keys: Iterable[str]) -> Self:
        """Objects of one source by folded source ids."""
        return self.filter(source=source, kind=kind.value, source_key__in=list(keys))

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

    def mark(self, ids: Iterable[uuid.UUID] | None = None) -> int:
        """Give the rows of this set (of them those in `ids`) new change numbers without a revision,
        because something about them changed that is stored elsewhere. Answers how many.
        """
        rows = self if ids is None else self.filter(pk__in=list(ids))
        wanted = sorted(set(rows.order_by().values_list("pk", flat=True)))
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            first = ChangeNumber.take(len(batch))
            numbered = [
                DirectoryObject(pk=pk, change_number=first + offset)
                for offset, pk in enumerate(batch)
            ]
            DirectoryObject.objects.bulk_update(numbered, ["change_number"])
        return len(wanted)

    def managers_of(self, objects: Iterable[DirectoryObject]) -> dict[uuid.UUID, DirectoryObject]:
        """Each person's manager, by the person's id. A manager who is unknown, soft-deleted or gone
        is no manager (directory-sources 2.4).
        """
        keys: dict[tuple[int, str], list[uuid.UUID]] = {}
        for one in objects:
            if one.manager_key:
                keys.setdefault((one.source_id_number, one.manager_key), []).append(one.pk)
        live = self.people().filter(state__in=LIVE, source_key__in={key for _, key in keys})
        return {
            subordinate: manager
            for manager in live
            for subordinate in keys.get((manager.source_id_number, manager.source_key), [])
        }
