"""When a secret was stored and by whom; of the secret itself nothing is ever shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from provisioning.engine.typed_credentials import SECRET_PATHS
from provisioning.models import Application, AuditEvent
from provisioning.models.audit import Activity

BETWEEN_CLOCKS = timedelta(seconds=5)
"""The database's clock stamps the secret, the server's the audit row of the same transaction."""


@dataclass(frozen=True, slots=True)
class SavedSecret:
    """`who` is empty when a command or a file stored it."""

    at: datetime
    who: str = ""


def saved_secret(application: Application) -> SavedSecret | None:
    """What is known of the stored secret, in one query; none when there is none."""
    connection = application.connection
    if not connection.secret or connection.secret_set_at is None:
        return None
    events = AuditEvent.objects.filter(
        application=application,
        activity__in=(Activity.SETTINGS, Activity.APPLICATION),
        at__gte=connection.secret_set_at - BETWEEN_CLOCKS,
    ).select_related("actor")
    for event in events.order_by("at")[:20]:
        if any(change.get("path") in SECRET_PATHS for change in event.changes):
            actor = event.actor
            who = (actor.get_full_name() or actor.get_username()) if actor else ""
            return SavedSecret(connection.secret_set_at, who)
    return SavedSecret(connection.secret_set_at)
