"""How an application stands, in one tag: the worst that is true of it wins (console-ux S03)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField
from django.http import Http404
from django.utils.translation import gettext as _

from console.pages.setup_tasks import completed, is_set_up, tasks
from console.pages.status import (
    HEALTHY,
    OFF,
    QUARANTINED,
    RUNNING,
    SETTING_UP,
    WAITING,
    WARNING,
    Tag,
)
from provisioning.core.vocabulary import CycleState
from provisioning.models import Application, Assignment, Cycle, Escrow
from provisioning.models.cycle import Purpose
from provisioning.models.job import ProvisioningStatus

STATUSES: Mapping[str, Tag] = {
    "quarantined": QUARANTINED,
    "waiting": WAITING,
    "warning": WARNING,
    "running": RUNNING,
    "healthy": HEALTHY,
    "set-up": SETTING_UP,
    "off": OFF,
}
"""By the name that addresses use, the worst first."""


def with_status() -> QuerySet[Application]:
    """Applications with everything that `status_of` and the frame of a page read, in one query."""
    cycles = Cycle.objects.filter(job=OuterRef("job"))
    ended = cycles.filter(purpose=Purpose.CYCLE, ended__isnull=False).order_by("-number")
    assigned = Assignment.objects.filter(application=OuterRef("pk"))
    return Application.objects.select_related(
        "connection",
        "job__definition__job__application__connection",
        "job__open_cycle",
        "taken_over__origin",
    ).annotate(
        last_state=Subquery(ended.values("state")[:1]),
        last_number=Subquery(ended.values("number")[:1]),
        last_plan=Subquery(ended.values("plan")[:1], output_field=UUIDField()),
        has_roles=Exists(assigned.exclude(role="")),
        has_people=Exists(assigned),
        has_failures=Exists(Escrow.objects.filter(job=OuterRef("job")).heeded()),
        was_tried=Exists(cycles.filter(purpose=Purpose.ON_DEMAND)),
    )


def application_or_404(slug: str) -> Application:
    """The application of a page, as `with_status` reads it."""
    found = with_status().filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no application %(slug)s.") % {"slug": slug})
    return found


def is_waiting(application: Application) -> bool:
    """Whether its newest cycle waits for a decision that a person can take now."""
    job = application.job
    if job.quarantined or job.open_cycle_id is not None:
        return False
    return getattr(application, "last_state", None) == CycleState.WAITING


def standing_of(application: Application) -> str:
    """Which of `STATUSES`: quarantine before a decision, a decision before all else."""
    job = application.job
    if job.quarantined:
        return "quarantined"
    if is_waiting(application):
        return "waiting"
    if job.open_cycle_id is not None:
        return "running"
    if not is_set_up(application):
        return "set-up"
    if job.status == ProvisioningStatus.OFF:
        return "off"
    failed = getattr(application, "last_state", None) in (CycleState.PARTLY, CycleState.FAILED)
    return "warning" if failed or getattr(application, "has_failures", False) else "healthy"


def status_of(application: Application) -> Tag:
    """Its tag; while it is set up, how far that is."""
    standing = standing_of(application)
    if standing != "set-up":
        return STATUSES[standing]
    lines = tasks(application)
    word = _("Set-up %(done)d of %(all)d") % {"done": completed(lines), "all": len(lines)}
    return Tag(word, SETTING_UP.token, SETTING_UP.icon)
