"""What an application waits for: its first plan, or a decision about people the guard holds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from console.application_status import is_waiting
from provisioning.core.vocabulary import RowState
from provisioning.models import Application, Cycle
from provisioning.models.cycle import Purpose


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that a person owes; `section` is how the page calls itself where it is taken."""

    section: str
    plan: UUID
    number: int
    address: str


def decision_of(application: Application) -> Decision | None:
    """What the newest cycle waits for, in at most one query; nothing while another one runs."""
    job = application.job
    if job.quarantined or job.open_cycle_id is not None or not is_waiting(application):
        return None
    cycle = (
        Cycle.objects.filter(job=job, purpose=Purpose.CYCLE, ended__isnull=False)
        .annotate(held=Count("plan__rows", filter=Q(plan__rows__state=RowState.HELD)))
        .order_by("-number")
        .first()
    )
    if cycle is None or cycle.plan_id is None:
        return None
    section = "deletions" if job.approved_once else "plan"
    address = reverse(section, args=[application.slug, cycle.plan_id])
    return Decision(section, cycle.plan_id, cycle.held, address)
