"""Who is assigned to an application, directly or through a group, and with which role."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils import timezone

from provisioning.models.application import Application
from provisioning.models.directory import DirectoryObject

_HELD = ("id", "object_id", "role", "object__kind", "object__display_name")


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Who has which role, now and then."""

    def held(
        self, application_id: uuid.UUID, moment: datetime | None
    ) -> Iterable[tuple[int, uuid.UUID, str, str, str]]:
        """What an application's assignments were at a moment, else are now: number, object, role,
        kind, and the name the object has now; in the order they were made.
        """
        mine = self.filter(application_id=application_id)
        if moment is None:
            return mine.order_by("id").values_list(*_HELD)
        ended = EndedAssignment.objects.filter(
            application_id=application_id, since__lte=moment, until__gt=moment
        )
        still = mine.filter(created__lte=moment)
        return still.values_list(*_HELD).union(ended.values_list(*_HELD)).order_by("id")

    def end(self, now: datetime) -> None:
        """Remove these and keep who they were for, and how long."""
        EndedAssignment.objects.bulk_create(
            EndedAssignment(
                id=one.pk,
                application_id=one.application_id,
                object_id=one.object_id,
                role=one.role,
                since=one.created,
                until=now,
            )
            for one in self
        )
        self.delete()


class Assignment(models.Model):
    """One person or group with one role; the empty role is Default Access."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="assignments"
    )
    object = models.ForeignKey(
        DirectoryObject, on_delete=models.CASCADE, related_name="assignments"
    )
    role = models.CharField(max_length=120, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("application", "object", "role"), name="assignment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object} in {self.application}"


class EndedAssignment(models.Model):
    """An assignment that was, by the number it had; written when it is removed."""

    id = models.BigIntegerField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [
            # The assignments of an application at a moment; retention.
            models.Index(fields=("application", "until"), name="assignment_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.object} in {self.application} until {self.until}"
