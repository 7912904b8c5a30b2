"""The audit trail: who changed what in the configuration, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from provisioning.models.application import Application

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Activity(models.TextChoices):
    """Audit activities by Entra's names (entra-provisioning 1), and ours."""

    SETTINGS = "settings", "Update provisioning setting or credentials"
    MAPPINGS = "mappings", "Update attribute mappings or scope"
    ASSIGNMENT = "assignment", "Update assignments"
    APPLICATION = "application", "Add or remove application"
    START = "start", "Enable/start provisioning configuration"
    STOP = "stop", "Disable/pause provisioning configuration"
    RESTART = "restart", "Enable/restart provisioning configuration"
    APPROVE = "approve", "Approve provisioning plan"
    DISCARD = "discard", "Discard provisioning plan"
    QUARANTINE = "quarantine", "Quarantine"
    RETRY = "retry", "Retry or ignore failures"
    RUN = "run", "Run provisioning cycle"
    ON_DEMAND = "on_demand", "Provision on demand"
    RESTORE = "restore", "Notice a restored database"
    RELEASE = "release", "Decide about held deletions"
    IMPORT = "import", "Import directory"
    SOURCE = "source", "Add or change directory source"
    ACCOUNT = "account", "Add, change or remove console account"


class AuditEvent(models.Model):
    """One change, written in the transaction that made it. Append-only."""

    at = models.DateTimeField(auto_now_add=True)
    # Empty for the command line and for the engine itself: `via` says which.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    via = models.CharField(max_length=20)
    activity = models.CharField(max_length=20, choices=Activity)
    application = models.ForeignKey(
        Application, on_delete=models.SET_NULL, null=True, related_name="audit"
    )
    application_slug = models.CharField(max_length=50)
    # [{path, old, new}], inside a list with `of`, the row's name; secrets appear as "set" or
    # "changed", never as values.
    changes = models.JSONField(default=list)

    class Meta:
        indexes = [
            # The application's history, newest first.
            models.Index(fields=("application", "-at"), name="audit_application"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.application_slug}"

    @classmethod
    def record(
        cls,
        actor: User | None,
        activity: Activity,
        application: Application | None,
        changes: Sequence[Mapping[str, object]],
    ) -> AuditEvent:
        """Write the row; inside the transaction of the change itself. Without an application the
        change concerns the console or the directory.
        """
        return cls.objects.create(
            actor=actor,
            via="console" if actor else "command",
            activity=activity,
            application=application,
            application_slug=application.slug if application else "",
            changes=[dict(change) for change in changes],
        )
