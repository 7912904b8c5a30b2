"""Who is assigned to an application, directly or through a group, and with which role."""

from __future__ import annotations

from django.db import models

from provisioning.models.application import Application
from provisioning.models.directory import DirectoryObject


class Assignment(models.Model):
    """One person or group with one role; the empty role is Default Access."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="assignments"
    )
    object = models.ForeignKey(
        DirectoryObject, on_delete=models.CASCADE, related_name="assignments"
    )
    role = models.CharField(max_length=120, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("application", "object", "role"), name="assignment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object} in {self.application}"
