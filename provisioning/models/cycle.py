"""One pass of a job: its phase while it runs, its counters and how it ended."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping

from django.db import models, transaction

from provisioning.core.vocabulary import CycleState, Phase
from provisioning.models.definition import Definition
from provisioning.models.job import Job


class CycleKind(models.TextChoices):
    """Initial decides everybody; incremental who changed."""

    INITIAL = "initial", "Initial"
    INCREMENTAL = "incremental", "Incremental"


class Purpose(models.TextChoices):
    """What a cycle was opened for."""

    CYCLE = "cycle", "Cycle"
    PREVIEW = "preview", "Preview"
    ON_DEMAND = "on_demand", "On demand"
    REMOVALS = "removals", "Removals beside a cycle"


class Origin(models.TextChoices):
    """What began a cycle; the audit trail says which person."""

    SCHEDULE = "schedule", "Schedule"
    CONSOLE = "console", "Console"
    COMMAND = "command", "Command line"


class Cycle(models.Model):
    """One pass. `phase` and `wave` say how far it is; finished work units are never repeated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="cycles")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=CycleKind)
    purpose = models.CharField(max_length=9, choices=Purpose, default=Purpose.CYCLE)
    origin = models.CharField(
        max_length=8, choices=Origin, default=Origin.SCHEDULE, db_default=Origin.SCHEDULE
    )
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(
        "provisioning.Plan", on_delete=models.SET_NULL, null=True, related_name="cycles"
    )
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in CycleState], default=CycleState.RUNNING
    )
    phase = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Phase])
    wave = models.PositiveIntegerField(default=0)
    # Whether the person who began it also approves what it plans, the guard's rows included.
    approve = models.BooleanField(default=False)
    # Whose single object is planned, for a preview of one person.
    only = models.ForeignKey(
        "provisioning.DirectoryObject", on_delete=models.CASCADE, null=True, related_name="+"
    )
    stop_requested = models.BooleanField(default=False)
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    # A clock given by --now-is; empty means the real one.
    now_is = models.DateTimeField(null=True)
    watermark_from = models.BigIntegerField(null=True)
    watermark = models.BigIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    requests = models.JSONField(default=dict)
    # Why it ended early: {code, message, advice}.
    error = models.JSONField(default=dict)
    target_faults_in_row = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("job", "number"), name="cycle_number"),
        ]
        indexes = [
            # The last cycles of a job.
            models.Index(fields=("job", "-started"), name="cycle_recent"),
        ]

    def __str__(self) -> str:
        return f"cycle {self.number}"

    def count_requests(self, sent: Mapping[str, int]) -> None:
        """Add what was sent; every worker of the cycle counts, one after the other."""
        if not any(sent.values()):
            return
        with transaction.atomic(savepoint=False):
            counted = Cycle.objects.select_for_update().only("requests").get(pk=self.pk)
            counted.requests = dict(Counter(counted.requests) + Counter(sent))
            counted.save(update_fields=["requests"])
        self.requests = counted.requests
