"""A probe that a person asked for in the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisioning.engine.passport.probing import probe
from provisioning.engine.requesting import check_credentials
from provisioning.models import Application, AuditEvent
from provisioning.models.audit import Activity

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def probe_for(actor: User, application: Application) -> dict[str, Any]:
    """As `probe`; that it was consented to is in the audit log before anything is written.

    Raises `ConfigurationError` without credentials, `ProvisioningError` as `probe`.
    """
    check_credentials(application.job)
    change = {"path": "passport", "old": None, "new": "probe"}
    AuditEvent.record(actor, Activity.RUN, application, [change])
    return probe(application)
