"""What a page says after Save: when it acts (console-ux 3: "Applies from the next cycle")."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from provisioning.models import Application, Job
from provisioning.models.job import Mode, ProvisioningStatus


def saved_text(application: Application) -> str:
    """Saved, and with which cycle it acts; the truth also while nothing runs by itself."""
    return f"{_('Saved.')} {acts_now(application)}"


def acts_now(application: Application) -> str:
    """The cycle a change acts from that was saved just now, which may have moved it."""
    return acts_text(Job.objects.get(application=application))


def acts_text(job: Job) -> str:
    """The cycle a change acts from."""
    if job.status != ProvisioningStatus.ON or job.mode != Mode.AUTOMATIC:
        return _("Applies from the next cycle; provisioning does not run by itself now.")
    if job.next_run is None or job.next_run <= timezone.now():
        return _("Applies from the next cycle, which is due now.")
    at = timezone.localtime(job.next_run)
    today = at.date() == timezone.localdate()
    told = formats.date_format(at, "TIME_FORMAT" if today else "DATETIME_FORMAT")
    return _("Applies from the next cycle, at %(time)s.") % {"time": told}
