"""Verifications: an application read and compared with the directory, and what differed."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from provisioning.models.definition import Definition
from provisioning.models.directory import DirectoryObject
from provisioning.models.job import Job


class VerificationState(models.TextChoices):
    """How far a verification is, or how it ended."""

    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"


class VerificationQuerySet(models.QuerySet["Verification"]):
    """Claiming by compare-and-set, as work units are."""

    def claimable(self, now: datetime) -> VerificationQuerySet:
        """Those that nobody works on, or whose holder's lease ran out."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.filter(free, state=VerificationState.RUNNING)


class Verification(models.Model):
    """One reading of an application. It only reads, so whoever takes it over begins anew.

    `counts` is {people: {…}, attributes: {…}, hidden: {path: people}}, `done` of `total` accounts
    and people were looked at.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="verifications")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8, choices=VerificationState, default=VerificationState.RUNNING
    )
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    requests = models.JSONField(default=dict)
    # Why it failed: {code, message, advice}, as of a cycle.
    error = models.JSONField(default=dict)
    owner = models.CharField(max_length=80, blank=True)
    generation = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        indexes = [
            # The newest reports of an application.
            models.Index(fields=("job", "-started"), name="verification_recent"),
        ]

    def __str__(self) -> str:
        return f"verification of {self.started:%Y-%m-%d %H:%M}"

    def claim(self, owner: str, now: datetime, lease: timedelta) -> bool:
        """Take it if nobody was faster."""
        won = (
            Verification.objects.filter(pk=self.pk, generation=self.generation)
            .claimable(now)
            .update(owner=owner, generation=F("generation") + 1, lease_until=now + lease)
        )
        if won:
            self.refresh_from_db()
        return bool(won)

    def renew(self, now: datetime, lease: timedelta) -> bool:
        """Hold on longer; `False` when it was stopped or is somebody else's by now."""
        return self.keep(lease_until=now + lease)

    def keep(self, **values: object) -> bool:
        """Store what became of it, if it is still ours."""
        mine = Verification.objects.filter(
            pk=self.pk, generation=self.generation, state=VerificationState.RUNNING
        )
        return bool(mine.update(**values))


class DivergenceKind(models.TextChoices):
    """What is not as it should be."""

    DIFFERENT = "different", "Different"
    MISSING = "missing", "Missing"
    EXTRA = "extra", "Extra"
    STILL_ACTIVE = "still_active", "Still active"
    NOT_SHOWN = "not_shown", "Not shown"
    NOT_LISTED = "not_listed", "Not listed"


class Divergence(models.Model):
    """One exception of a report: a person, a group, an account nobody has, or the listing itself.

    `attributes` is [{path, expected, found, drift}], `because` [{reason, sentence, …}].
    """

    run = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="divergences")
    kind = models.CharField(max_length=12, choices=DivergenceKind)
    drift = models.CharField(max_length=13, blank=True)
    object = models.ForeignKey(
        DirectoryObject, on_delete=models.CASCADE, null=True, related_name="+"
    )
    name = models.CharField(max_length=255)
    target_id = models.CharField(max_length=255, blank=True)
    attributes = models.JSONField(default=list)
    because = models.JSONField(default=list)

    class Meta:
        indexes = [
            # A report's list, by kind and drift.
            models.Index(fields=("run", "kind", "drift"), name="divergence_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class ReadAccount(models.Model):
    """What a verification under way has read: who is accounted for, and whose account nobody is.

    With `object` it only says that the person was compared. Without, it is an account under one of
    its matching values, or under no path with its name as the key.
    """

    run = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="read")
    object = models.ForeignKey(
        DirectoryObject, on_delete=models.CASCADE, null=True, related_name="+"
    )
    target_id = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=255, blank=True)
    resource = models.JSONField(null=True)

    class Meta:
        indexes = [
            # Whether somebody was compared, and which account has a value.
            models.Index(fields=("run", "object"), name="read_object"),
            models.Index(fields=("run", "path", "key"), name="read_key"),
            models.Index(fields=("run", "target_id"), name="read_target"),
        ]

    def __str__(self) -> str:
        return self.target_id
