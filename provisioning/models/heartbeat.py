"""When each worker process last said that it is alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

FRESH_FOR = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Who is alive, and who has been gone for long."""

    def fresh(self, now: datetime) -> HeartbeatQuerySet:
        """Processes that spoke within the last minute."""
        return self.filter(at__gt=now - FRESH_FOR)

    def forgotten(self, now: datetime) -> HeartbeatQuerySet:
        """Processes that will not come back under this name: containers get new ones."""
        return self.filter(at__lt=now - FORGOTTEN_AFTER)


class Heartbeat(models.Model):
    """One row per worker name, overwritten with every beat."""

    name = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
