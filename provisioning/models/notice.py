"""The outbox: one row per mail, delivered at least once and never in the way of a cycle (F36)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from provisioning.models.application import Application


class NoticeQuerySet(models.QuerySet["Notice"]):
    """What the sender asks."""

    def due(self, now: datetime) -> NoticeQuerySet:
        """Mails not sent yet whose next try has come."""
        return self.filter(sent__isnull=True, next_try__lte=now)


class Notice(models.Model):
    """One mail to be sent. `key` keeps the same news from being told twice."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    recipients = models.JSONField()
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField()
    error = models.TextField(blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            # The sender's look into the outbox.
            models.Index(
                fields=("next_try",), name="notice_due", condition=models.Q(sent__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.subject
