"""Applications whose app roles and assignments are made in a directory and not here."""

from __future__ import annotations

from django.db import models

from provisioning.models.application import Application
from provisioning.models.directory import Source


class TakenOver(models.Model):
    """From where an application's app roles and assignments come, with every read of the source."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="taken_over"
    )
    origin = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="taken_over")
    # The id, or appId, under which the directory knows the application.
    app = models.CharField(max_length=120)
    # Its name there, as of the last read; empty before the first.
    name = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)
    # What the shrink guard holds: {present, missing}; empty: nothing.
    held = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.application} from {self.origin}"
