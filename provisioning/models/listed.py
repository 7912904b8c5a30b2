"""The snapshot of a listing: which accounts the target holds, by matching value."""

from __future__ import annotations

from django.db import models

from provisioning.models.cycle import Cycle


class ListedAccount(models.Model):
    """One account under one of its matching values, for the length of one planning pass."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="listed")
    path = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    target_id = models.CharField(max_length=255)
    resource = models.JSONField()

    class Meta:
        indexes = [
            # Matching a page of people against the snapshot.
            models.Index(fields=("cycle", "path", "key"), name="listed_key"),
        ]

    def __str__(self) -> str:
        return self.key
