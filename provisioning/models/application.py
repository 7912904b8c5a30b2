"""An application people are provisioned into, and who hears about its failures."""

from __future__ import annotations

import uuid

from django.db import models


class Application(models.Model):
    """One instance of a gallery template; several may share a template (M09)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    template = models.CharField(max_length=40)
    notification_emails = models.JSONField(default=list)
    notify_on_failure = models.BooleanField(default=True)
    log_retention_days = models.PositiveIntegerField(default=180)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name

    @property
    def published(self) -> object:
        """What Test Connection read of the target's schema; None when it read none."""
        connection = getattr(self, "connection", None)
        return connection.passport.get("schema") if connection else None
