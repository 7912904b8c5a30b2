"""Removing an application's configuration. Its accounts at the target stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.core.errors import ProvisioningError
from provisioning.core.wording import gettext_noop
from provisioning.engine.configuration.diff import Change
from provisioning.models import Application, AuditEvent, Cycle, Job, Plan
from provisioning.models.audit import Activity

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def remove_application(actor: User | None, application: Application) -> None:
    """Delete all rows of it, inside the caller's transaction; the audit trail keeps its slug."""
    job = Job.objects.select_for_update().get(application=application)
    if job.open_cycle_id is not None:
        raise ProvisioningError(
            gettext_noop("A cycle of %(application)s is running."),
            params={"application": application.name},
            advice=gettext_noop("Stop it, wait until it has ended, then remove the application."),
        )
    change: Change = {"path": application.slug, "old": application.name, "new": None}
    AuditEvent.record(actor, Activity.APPLICATION, application, [change])
    # Definitions are protected by what was decided with them: those rows go first.
    Job.objects.filter(pk=job.pk).update(definition=None, decided_with=None)
    Cycle.objects.filter(job=job).delete()
    Plan.objects.filter(job=job).delete()
    application.delete()
