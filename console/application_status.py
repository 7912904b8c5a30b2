"""How an application stands, in one tag: the worst that is true of it wins (console-ux S03)."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from console.status import HEALTHY, OFF, QUARANTINED, RUNNING, WAITING, WARNING, Tag
from provisioning.core.vocabulary import CycleState
from provisioning.models import Application, Cycle
from provisioning.models.cycle import Purpose
from provisioning.models.job import ProvisioningStatus

WORST_FIRST = (QUARANTINED, WAITING, WARNING, RUNNING, HEALTHY, OFF)


def with_status() -> QuerySet[Application]:
    """Applications with everything that `status_of` and the frame of a page read, in one query."""
    ended = (
        Cycle.objects.filter(job=OuterRef("job"), purpose=Purpose.CYCLE, ended__isnull=False)
        .order_by("-number")
        .values("state")[:1]
    )
    return Application.objects.select_related(
        "connection", "job__definition__job__application", "job__open_cycle"
    ).annotate(last_state=Subquery(ended))


def application_or_404(slug: str) -> Application:
    """The application of a page, as `with_status` reads it."""
    found = with_status().filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no application %(slug)s.") % {"slug": slug})
    return found


def is_waiting(application: Application) -> bool:
    """Whether its newest cycle waits for a person's decision."""
    return getattr(application, "last_state", None) == CycleState.WAITING


def status_of(application: Application) -> Tag:
    """Its tag: quarantine before a decision, a decision before failures, those before running."""
    job = application.job
    last = getattr(application, "last_state", None)
    if job.quarantined:
        return QUARANTINED
    if is_waiting(application):
        return WAITING
    if job.open_cycle_id is not None:
        return RUNNING
    if job.status == ProvisioningStatus.OFF:
        return OFF
    return WARNING if last in (CycleState.PARTLY, CycleState.FAILED) else HEALTHY
