"""What a job knew of an object until it learnt something else.

Links and standings tell what holds now. The row that is about to be replaced or removed is copied
here with the time until which it held, in the same transaction and by one statement for a batch,
so that what never changes is never written twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection, models

from provisioning.models.directory import DirectoryObject, stored_ids
from provisioning.models.job import Job

_CHUNK = 500


class PastStanding(models.Model):
    """A verdict that another one replaced."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    reasons = models.JSONField(default=list)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [
            # What held for one object at a moment.
            models.Index(fields=("job", "object", "until"), name="standing_past"),
            # Retention.
            models.Index(fields=("job", "until"), name="standing_past_age"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.object_id} until {self.until}"

    @classmethod
    def keep(cls, job_id: int, ids: Iterable[uuid.UUID], now: datetime) -> None:
        """Copy the standings of these objects, which are about to change."""
        columns = ("job_id", "object_id", "code", "reasons")
        _Copy("standing", "paststanding", columns, "since").run(job_id, ids, now)


class PastLink(models.Model):
    """An account as it was known before it was written again, or forgotten."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="+")
    target_id = models.CharField(max_length=255)
    resource = models.JSONField(default=dict)
    echo = models.JSONField(default=dict)
    disabled_by_us = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [
            # What held for one object at a moment.
            models.Index(fields=("job", "object", "until"), name="link_past"),
            # Retention.
            models.Index(fields=("job", "until"), name="link_past_age"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} = {self.target_id} until {self.until}"

    @classmethod
    def keep(cls, job_id: int, ids: Iterable[uuid.UUID], now: datetime) -> None:
        """Copy the links of these objects, which are about to change."""
        columns = ("job_id", "object_id", "target_id", "resource", "echo", "disabled_by_us")
        _Copy("link", "pastlink", columns, "updated").run(job_id, ids, now)


class _Copy(NamedTuple):
    """From one table into the other; `began` is the column that says since when a row holds."""

    source: str
    into: str
    columns: tuple[str, ...]
    began: str

    def run(self, job_id: int, ids: Iterable[uuid.UUID], now: datetime) -> None:
        """Copy the rows of these objects, but for those that held for no time at all."""
        until = connection.ops.adapt_datetimefield_value(now)
        columns, stored = ", ".join(self.columns), stored_ids(ids)
        for start in range(0, len(stored), _CHUNK):
            chunk = stored[start : start + _CHUNK]
            marks = ", ".join(["%s"] * len(chunk))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO provisioning_{self.into} ({columns}, since, until)"  # noqa: S608
                    f" SELECT {columns}, {self.began}, %s FROM provisioning_{self.source}"
                    f" WHERE job_id = %s AND {self.began} < %s AND object_id IN ({marks})",
                    [until, job_id, until, *chunk],
                )
