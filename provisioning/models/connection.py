"""Where an application is and how to enter: Tenant URL, credentials, limits, passport."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from provisioning.core.maintenance import over_at
from provisioning.core.quiet_hours import read_quiet_hours
from provisioning.models.application import Application


class AuthKind(models.TextChoices):
    """How requests are authorised."""

    SECRET_TOKEN = "secret_token", "Secret token"
    CLIENT_CREDENTIALS = "client_credentials", "Client credentials"


class Connection(models.Model):
    """The admin credentials of one application.

    `secret` is the token or the client secret. It is bound to this row and to `host`
    (scheme, host and port): changing either makes it unreadable, on purpose (T07, T28).
    """

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="connection"
    )
    tenant_url = models.CharField(max_length=500, blank=True)
    auth = models.CharField(max_length=20, choices=AuthKind, default=AuthKind.SECRET_TOKEN)
    token_url = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=500, blank=True)
    host = models.CharField(max_length=600, blank=True)
    secret = models.BinaryField(default=b"", blank=True, editable=False)
    secret_set_at = models.DateTimeField(null=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    connections = models.PositiveSmallIntegerField(null=True)
    # A text of provisioning.core.quiet_hours; in those hours 0 requests a minute are none at all.
    quiet_hours = models.CharField(max_length=80, blank=True, default="")
    quiet_requests_per_minute = models.PositiveIntegerField(default=0)
    # Texts of provisioning.core.maintenance: nothing is sent then, and what fails does not count.
    maintenance = models.JSONField(default=list, blank=True)
    # What Test Connection learnt of this server: a document of provisioning.scim.quirks, and in
    # `schema` one of provisioning.core.target_schema.
    passport = models.JSONField(default=dict)
    # The last consented probe: {at, answers, marks}. `marks` are the names of test objects that
    # may still exist, each with the ids it had: {name: [[kind, id]]}.
    probe = models.JSONField(default=dict)
    last_test = models.JSONField(default=dict)
    last_tested_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.tenant_url or "not connected"

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the hours that it is quiet in now are over; `None` when it is not quiet."""
        hours = read_quiet_hours(self.quiet_hours) if self.quiet_hours else None
        return hours.over_at(now) if hours is not None and hours.contain(now) else None

    def is_silent(self, now: datetime) -> bool:
        """Whether it is quiet now, or maintained, and then nothing at all is asked."""
        if self.maintained_until(now) is not None:
            return True
        return self.quiet_requests_per_minute == 0 and self.quiet_until(now) is not None

    def maintained_until(self, now: datetime) -> datetime | None:
        """When the maintenance of now is over; `None` when there is none."""
        return over_at(self.maintenance, now)
