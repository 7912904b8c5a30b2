"""The provisioning job of an application: its definition, watermark, schedule and health."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from provisioning.core.health import MANUAL
from provisioning.models.application import Application


class Mode(models.TextChoices):
    """How cycles are begun."""

    AUTOMATIC = "automatic", "Automatic"
    ON_DEMAND = "on_demand", "On demand only"


class ProvisioningStatus(models.TextChoices):
    """Whether the schedule runs this job."""

    ON = "on", "On"
    OFF = "off", "Off"


class JobQuerySet(models.QuerySet["Job"]):
    """Questions the scheduler asks."""

    def due(self, now: datetime) -> JobQuerySet:
        """Jobs whose next cycle should begin: automatic, on, without an open cycle, and not held
        back by a person.
        """
        return (
            self.filter(mode=Mode.AUTOMATIC, status=ProvisioningStatus.ON, open_cycle__isnull=True)
            .filter(Q(next_run__isnull=True) | Q(next_run__lte=now))
            .exclude(quarantine_reason=MANUAL)
        )


class Job(models.Model):
    """One provisioning configuration that runs repeatedly.

    `watermark` is the change number up to which the job has decided; without one the next cycle
    is initial. `open_cycle` is the cycle in progress: it is taken and given back by
    compare-and-set, so a job never has two (I05).
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="job")
    definition = models.ForeignKey(
        "provisioning.Definition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.AUTOMATIC)
    status = models.CharField(
        max_length=3, choices=ProvisioningStatus, default=ProvisioningStatus.OFF
    )
    interval = models.DurationField()
    watermark = models.BigIntegerField(null=True)
    # Which definition the watermark was reached with: another one decides everybody again.
    decided_with = models.ForeignKey(
        "provisioning.Definition", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    approved_once = models.BooleanField(default=False)
    # What the target was recognised by, and whether that is to be looked at before the next write.
    fingerprint = models.JSONField(default=dict)
    next_run = models.DateTimeField(null=True)
    last_now = models.DateTimeField(null=True)
    # What was before cannot be told any more: not everything of it is kept.
    remembers_since = models.DateTimeField(default=timezone.now)
    open_cycle = models.OneToOneField(
        "provisioning.Cycle", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    cycles_begun = models.PositiveIntegerField(default=0)
    # What a checkpoint beside the database knows this job by.
    identity = models.UUIDField(default=uuid.uuid4, editable=False, null=True)
    # When it was noticed that the database is an older one than before (F35); until a plan is
    # approved nothing is written.
    restored_at = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)
    quarantine_reason = models.CharField(max_length=40, blank=True)
    quarantine_evidence = models.JSONField(default=dict)
    quarantine_tries = models.PositiveIntegerField(default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            # The sweep of every tick: JobQuerySet.due.
            models.Index(fields=("status", "next_run"), name="job_due"),
        ]

    def __str__(self) -> str:
        return f"job of {self.application}"

    @property
    def quarantined(self) -> bool:
        """Whether the job is held back because it is unhealthy."""
        return self.quarantined_at is not None

    def take_number(self) -> int:
        """The number of the next cycle; inside the transaction that opens it."""
        Job.objects.filter(pk=self.pk).update(cycles_begun=F("cycles_begun") + 1)
        self.refresh_from_db(fields=("cycles_begun",))
        return self.cycles_begun
