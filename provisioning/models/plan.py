"""Plans and their rows: every decision of a cycle, stored before anything is sent."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from provisioning.core.redaction import secrets_of, shown
from provisioning.core.resource import Value
from provisioning.core.vocabulary import Lane, Operation, RowState
from provisioning.models.definition import Definition
from provisioning.models.directory import DirectoryObject
from provisioning.models.job import Job

PLAN_FORMAT = 1
"""What rows and units of a plan look like. A version that does not know a plan's format leaves its
cycle to one that does (F33): whoever changes what a row means counts this up."""


class Plan(models.Model):
    """All rows of one planning pass; sealed by a digest of what they say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="plans")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    # With a default of the database: the version before this one does not name the column (F33).
    format = models.PositiveSmallIntegerField(default=PLAN_FORMAT, db_default=1)
    digest = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Rows that the guard holds are released only by a person who says so.
    held_released = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    guard = models.JSONField(default=dict)
    watermark_from = models.BigIntegerField(null=True)
    watermark = models.BigIntegerField(default=0)
    initial = models.BooleanField(default=False)
    # The edit that this plan decides about, if the configuration was saved since the watermark:
    # {from: definition, users, groups: how far it reaches, changed: [parts]}.
    edit = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # `--plan DIGEST` and the newest plan of a job.
            models.Index(fields=("job", "digest"), name="plan_digest"),
            models.Index(fields=("job", "-created"), name="plan_recent"),
        ]

    def __str__(self) -> str:
        return self.digest[:12] or "unsealed"


class PlanRow(models.Model):
    """One operation on one object: exactly one writing request, or one adoption without any.

    `changes` is [[path, old, new]] of plain attributes; references are in `references` as
    {path: directory object id} and members in `members` as {add: [ids], remove: [target ids]},
    because target ids may not exist yet when the row is planned.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rows")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="+")
    operation = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Operation])
    lane = models.CharField(max_length=12, choices=[(lane.value, lane.value) for lane in Lane])
    wave = models.PositiveIntegerField(default=0)
    # The order of several rows of one object (members in chunks).
    part = models.PositiveIntegerField(default=0)
    target_id = models.CharField(max_length=255, blank=True)
    changes = models.JSONField(default=list)
    references = models.JSONField(default=dict)
    members = models.JSONField(default=dict)
    # The matched account of an adoption, as it was listed or looked up.
    resource = models.JSONField(null=True)
    # [[target attribute, value]] to look the account up with, by precedence.
    matching = models.JSONField(default=list)
    reason = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RowState], default=RowState.PLANNED
    )
    unit = models.ForeignKey(
        "provisioning.WorkUnit", on_delete=models.SET_NULL, null=True, related_name="rows"
    )
    intent_at = models.DateTimeField(null=True)
    # A person decides about this row by name: once released it does not count for the guard, and
    # while it is held it waits whatever the guard says of later plans.
    by_name = models.BooleanField(default=False)
    error = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("plan", "object", "lane", "part"), name="row_once_per_object"
            ),
        ]
        indexes = [
            # The rows of a phase that are still to do, and progress counts of a plan.
            models.Index(fields=("plan", "lane", "wave", "state"), name="row_phase"),
            # Intents whose outcome a dead worker left open: the recover phase.
            models.Index(
                fields=("plan",),
                name="row_open_intent",
                condition=models.Q(state__in=("intent", "unknown")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.object_id}"

    @property
    def shown_changes(self) -> list[list[Value]]:
        """The changes as people may see them."""
        return shown(self.changes, self.redacted)

    @property
    def shown_matching(self) -> list[list[Value]]:
        """What the account was looked up with, as people may see it."""
        return shown(self.matching, self.redacted)

    @property
    def moved(self) -> list[list[Value]]:
        """Of a stale row: [[path, planned from, held by now, to be written]], as people may see."""
        return shown(self.params.get("moved", ()), self.redacted)

    @property
    def pointed(self) -> dict[str, Value]:
        """What the account held where its open references are: their before-images."""
        return dict(self.params.get("pointed", {}))

    @property
    def secrets(self) -> frozenset[str]:
        """The texts in the row that only the application may see."""
        told = [*self.changes, *self.matching, *self.params.get("moved", ())]
        return secrets_of(told, self.redacted)

    @property
    def once(self) -> frozenset[str]:
        """The paths of a create that an account which exists after all is not given."""
        return frozenset(self.params.get("once", ()))

    @property
    def redacted(self) -> list[str]:
        """The paths whose values only the application may see."""
        return list(self.params.get("redacted", ()))
