"""Revisions: what a source said of an object at every change, and so what it said at any moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Self

from django.db import models

from provisioning.models.directory import LIVE, DirectoryObject, Reports

_CHUNK = 500


class RevisionQuerySet(models.QuerySet["Revision"]):
    """The directory as it was."""

    def until(self, moment: datetime) -> Self:
        """What was known by then."""
        return self.filter(recorded__lte=moment)

    def newest(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Revision]:
        """The newest of each object; whoever was not known yet has none."""
        asked, found = list(ids), {}
        for start in range(0, len(asked), _CHUNK):
            of_chunk = self.filter(object_id__in=asked[start : start + _CHUNK])
            for one in of_chunk.select_related("object").order_by("number"):
                found[one.object_id] = one
        return found

    def managers_of(self, people: Iterable[DirectoryObject]) -> dict[uuid.UUID, DirectoryObject]:
        """As `DirectoryObject.objects.managers_of`, by what is known of the managers here."""
        reports = Reports(people)
        named = DirectoryObject.objects.people().filter(source_key__in=reports.managers)
        newest = self.newest(named.values_list("pk", flat=True)) if reports.managers else {}
        then = (revision.as_object() for revision in newest.values())
        return reports.paired(one for one in then if one.state in LIVE)


class Revision(models.Model):
    """What a source said of an object once; written at every change, never altered."""

    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    change_number = models.BigIntegerField()
    state = models.CharField(max_length=12)
    attributes = models.JSONField(default=dict)
    recorded = models.DateTimeField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also the history of one object, in order.
            models.UniqueConstraint(fields=("object", "number"), name="revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} revision {self.number}"

    def as_object(self) -> DirectoryObject:
        """The object as it was at this revision; not to be saved."""
        one = copy(self.object)
        one.describe(self.state, self.attributes)
        one.revision, one.change_number = self.number, self.change_number
        one.updated = self.recorded
        return one
