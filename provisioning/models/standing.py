"""Standings: the latest verdict for one object in one job, and escrows that wait for retry."""

from __future__ import annotations

from django.db import models

from provisioning.models.directory import DirectoryObject
from provisioning.models.job import Job


class Standing(models.Model):
    """What the job last decided about an assigned or linked object, and why.

    `code` is a code of `explain`, `reasons` the [{reason, params}] behind it. Somebody neither
    assigned nor linked has no row.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="standings")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="standings")
    code = models.CharField(max_length=40)
    reasons = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    definition_version = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("job", "object"), name="standing_one_per_object"),
        ]
        indexes = [
            # Counts and lists by verdict; held and waiting objects join the next plan.
            models.Index(fields=("job", "code"), name="standing_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.object_id}"


class Escrow(models.Model):
    """One failed object and its next try (entra-provisioning 10, Ours)."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="escrows")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="escrows")
    code = models.CharField(max_length=60)
    message = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    first_failed = models.DateTimeField()
    next_try = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("job", "object"), name="escrow_one_per_object"),
        ]
        indexes = [
            # Escrows that are due join the next plan.
            models.Index(fields=("job", "next_try"), name="escrow_due"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.object_id}"
