"""The provisioning log: one entry per change, refusal, adoption or new reason. Append-only."""

from __future__ import annotations

import uuid

from django.db import models

from provisioning.core.vocabulary import Action, Operation, Status
from provisioning.models.cycle import Cycle
from provisioning.models.directory import DirectoryObject
from provisioning.models.job import Job


class LogEntry(models.Model):
    """What happened to one object, by the field names of Entra's provisioning log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log")
    cycle = models.ForeignKey(Cycle, on_delete=models.SET_NULL, null=True, related_name="log")
    object = models.ForeignKey(
        DirectoryObject, on_delete=models.SET_NULL, null=True, related_name="log"
    )
    # The row it tells of; empty for skips. One entry per row is what a restart relies on.
    row = models.ForeignKey(
        "provisioning.PlanRow", on_delete=models.SET_NULL, null=True, related_name="log"
    )
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=5)
    source_id = models.TextField()
    source_name = models.TextField()
    target_id = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=7, choices=[(a.value, a.value) for a in Action])
    status = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Status])
    operation = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Operation])
    # Why: a code of the vocabulary and what its sentence needs.
    reason = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    modified = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    exchanges = models.JSONField(default=list)
    # {code, reason, recommendedAction} of a failure.
    error = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # The log of a job, newest first, and one cycle's entries.
            models.Index(fields=("job", "-at"), name="log_recent"),
            models.Index(fields=("cycle", "status"), name="log_cycle"),
            # One person's entries.
            models.Index(fields=("object", "-at"), name="log_object"),
            # Retention.
            models.Index(fields=("at",), name="log_age"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.source_name}"
