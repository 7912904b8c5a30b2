"""The first page: what is running, and how the last cycle of each application ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.http import respond
from provisioning.core.vocabulary import CycleState
from provisioning.engine.health import Part, missing_parts
from provisioning.models.cycle import Cycle, Purpose
from provisioning.models.job import Job, ProvisioningStatus


@dataclass(frozen=True, slots=True)
class Tag:
    """A status as a person sees it: mark, word and colour, always all three."""

    word: str | Promise
    colour: str
    mark: str


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One line of the list."""

    name: str
    status: Tag
    cycle: Tag | None
    ended: datetime | None


PARTS = {Part.DATABASE: _("Database"), Part.BROKER: _("Broker"), Part.WORKER: _("Worker")}
STATUSES = {
    ProvisioningStatus.ON: Tag(_("On"), "ok", "✓"),
    ProvisioningStatus.OFF: Tag(_("Off"), "idle", "○"),
}
CYCLES = {
    CycleState.RUNNING: Tag(_("Running"), "run", "◔"),
    CycleState.SUCCEEDED: Tag(_("Succeeded"), "ok", "✓"),
    CycleState.PARTLY: Tag(_("Some failed"), "warn", "!"),
    CycleState.WAITING: Tag(_("Waiting for you"), "wait", "⏸"),
    CycleState.QUARANTINED: Tag(_("In quarantine"), "bad", "✕"),
    CycleState.STOPPED: Tag(_("Stopped"), "idle", "■"),
    CycleState.FAILED: Tag(_("Failed"), "bad", "✕"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    missing = missing_parts(timezone.now())
    parts = [{"name": name, "present": part not in missing} for part, name in PARTS.items()]
    applications = [] if Part.DATABASE in missing else _applications()
    return respond(request, "home.html", {"parts": parts, "applications": applications})


def _applications() -> list[ApplicationRow]:
    newest = Cycle.objects.filter(job=OuterRef("pk"), purpose=Purpose.CYCLE).order_by("-started")
    rows = (
        Job.objects.order_by("application__name")
        .annotate(last_state=newest.values("state")[:1], last_ended=newest.values("ended")[:1])
        .values("application__name", "status", "last_state", "last_ended")
    )
    return [
        ApplicationRow(
            name=row["application__name"],
            status=STATUSES[ProvisioningStatus(row["status"])],
            cycle=CYCLES[CycleState(row["last_state"])] if row["last_state"] else None,
            ended=row["last_ended"],
        )
        for row in rows
    ]
