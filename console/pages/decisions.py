"""What applications wait for: a first plan, or a decision about people the guard holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.pages.application_status import is_waiting
from provisioning.core.vocabulary import REMOVALS, RowState
from provisioning.models import Application, PlanRow


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that a person owes; `section` is how the page calls itself where it is taken."""

    application: str
    section: str
    plan: UUID
    number: int | None
    """How many people it is about, where that was counted."""
    address: str
    removes: bool = True
    """Whether all of them would lose access."""

    def __str__(self) -> str:
        """Which application needs what: `Wiki: review 8 deletions`."""
        if self.section == "plan":
            return _("%(app)s: approve the change preview") % {"app": self.application}
        n = self.number or 0
        if not self.removes:
            held = ngettext("%(app)s: review %(n)d change", "%(app)s: review %(n)d changes", n)
            return held % {"app": self.application, "n": n}
        text = ngettext("%(app)s: review %(n)d deletion", "%(app)s: review %(n)d deletions", n)
        return text % {"app": self.application, "n": n}


def decisions_of(applications: Iterable[Application]) -> list[Decision]:
    """What these applications of `with_status` wait for; nobody is counted."""
    return [_decision(one, plan) for one in applications if (plan := _plan_of(one)) is not None]


def counted(decisions: Sequence[Decision]) -> list[Decision]:
    """These decisions with the number of people each is about, in one query."""
    if not decisions:
        return []
    rows = PlanRow.objects.filter(plan__in=[one.plan for one in decisions], state=RowState.HELD)
    removed = Count("pk", filter=Q(operation__in=REMOVALS))
    found = rows.values_list("plan").annotate(held=Count("pk"), removed=removed)
    held = {plan: (number, number == removed) for plan, number, removed in found}
    return [_with(one, *held.get(one.plan, (0, True))) for one in decisions]


def decision_of(application: Application) -> Decision | None:
    """What this application waits for, counted; nothing while a cycle runs."""
    return next(iter(counted(decisions_of([application]))), None)


def _with(decision: Decision, number: int, removes: bool) -> Decision:
    return replace(decision, number=number, removes=removes)


def _plan_of(application: Application) -> UUID | None:
    return getattr(application, "last_plan", None) if is_waiting(application) else None


def _decision(application: Application, plan: UUID) -> Decision:
    section = "deletions" if application.job.approved_once else "plan"
    address = reverse(section, args=[application.slug, plan])
    return Decision(application.name, section, plan, None, address)
