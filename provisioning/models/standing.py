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


class EscrowQuerySet(models.QuerySet["Escrow"]):
    """Which failures are tried again, and which a person said to leave alone."""

    def ignored(self) -> EscrowQuerySet:
        """Those that a person ignores: nothing about the object, nor the rules, changed since."""
        return self.filter(_IGNORED)

    def heeded(self) -> EscrowQuerySet:
        """All others: they are tried again when their time comes."""
        return self.exclude(_IGNORED)


_IGNORED = models.Q(
    ignored_change__gte=models.F("object__change_number"),
    ignored_with=models.F("job__definition"),
)


class Escrow(models.Model):
    """One failed object and its next try (entra-provisioning 10, Ours)."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="escrows")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="escrows")
    code = models.CharField(max_length=60)
    message = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    first_failed = models.DateTimeField()
    next_try = models.DateTimeField()
    # Left alone by a person until the object, or the definition, is another one.
    ignored_at = models.DateTimeField(null=True)
    ignored_change = models.BigIntegerField(null=True)
    ignored_with = models.ForeignKey(
        "provisioning.Definition", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = EscrowQuerySet.as_manager()

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

    @property
    def ignored(self) -> bool:
        """Whether it is left alone now; as `EscrowQuerySet.ignored`."""
        return (
            self.ignored_change is not None
            and self.ignored_change >= self.object.change_number
            and self.ignored_with_id == self.job.definition_id
        )
