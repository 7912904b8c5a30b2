"""How a source is reached, up to where it was read, and what every read of it did."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from provisioning.models.directory import Source


class SourceConnectionQuerySet(models.QuerySet["SourceConnection"]):
    """Which sources are to be read, and who reads them."""

    def due(self, now: datetime, clock: datetime) -> Self:
        """Sources whose time has come and that nobody reads; `clock` is the database's."""
        free = Q(lease_until=None) | Q(lease_until__lte=clock)
        return self.filter(free, next_read_at__lte=now).order_by("next_read_at")


class SourceConnection(models.Model):
    """The settings of one source that Rollcall reads by itself.

    `secret` is bound to this row and to `host` (scheme, host and port): changing either makes it
    unreadable, on purpose (T07, T28).
    """

    origin = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="connection")
    # What the form of the source's kind declares, without its secrets.
    settings = models.JSONField(default=dict)
    host = models.CharField(max_length=600, blank=True)
    secret = models.BinaryField(default=b"", blank=True, editable=False)
    secret_set_at = models.DateTimeField(null=True)
    interval = models.DurationField()
    # Empty: it is read only when somebody asks for it.
    next_read_at = models.DateTimeField(null=True)
    # On which terms somebody asked for the next read, and who.
    asked = models.JSONField(default=dict)
    # Whoever reads it holds it until then; a reader that died lets go by itself.
    lease_until = models.DateTimeField(null=True)
    # What a source to which something is delivered knows of the last time.
    remembered = models.JSONField(default=dict)
    last_test = models.JSONField(default=dict)
    last_tested_at = models.DateTimeField(null=True)

    objects = SourceConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.host


class SourceCursor(models.Model):
    """From where the changes of one part of a source are read on."""

    origin = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="cursors")
    part = models.CharField(max_length=12)
    cursor = models.TextField()
    # A digest of everything the cursor depends on; with another one it is void.
    basis = models.CharField(max_length=64)
    # When the part was last read whole: signals of changes have holes (directory-sources 1, 8).
    full_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("origin", "part"), name="source_cursor_once_per_part"),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.part}"


class ReadState(models.TextChoices):
    """How a read ended."""

    READING = "reading", "Reading"
    DONE = "done", "Imported"
    HELD = "held", "Removals held"
    FAILED = "failed", "Failed"


class SourceRead(models.Model):
    """One read of one source: what it did, or why it could not."""

    origin = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="reads")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    # Everything, or what changed since the read before.
    whole = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=ReadState, default=ReadState.READING)
    # By part: how many were added, changed, removed, unchanged.
    counts = models.JSONField(default=dict)
    # What the shrink guard held, by part: how many were present, how many are missing.
    held = models.JSONField(default=dict)
    rejected = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    # Why it failed, as `spoken.stored_error` keeps it.
    reason = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # The history of a source, newest first.
            models.Index(fields=("origin", "-started"), name="source_read_history"),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.started:%Y-%m-%d %H:%M} {self.state}"
