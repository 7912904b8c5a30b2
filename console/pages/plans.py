"""Plans as their pages show them: the list, the state of one, its rows filtered and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.pages.status import CYCLE_STATES, FAILED, RUNNING, WAITING, Tag
from provisioning.core.vocabulary import CycleState, Phase
from provisioning.engine.execution.batch import FRESH_FOR
from provisioning.engine.guard_words import guard_sentences
from provisioning.engine.spoken import spoken
from provisioning.models import Application, Cycle, Job, Plan, WorkUnit
from provisioning.models.cycle import Purpose
from provisioning.models.unit import UnitState

READY = Tag(gettext_lazy("Ready"), "run", "list-checks")
APPROVED = Tag(gettext_lazy("Approved"), "ok", "circle-check")
OUT_OF_DATE = Tag(gettext_lazy("Out of date"), "warn", "triangle-alert")
REPLACED = Tag(gettext_lazy("Replaced by a later one"), "idle", "circle-minus")
COMPUTING = Tag(gettext_lazy("Being computed"), RUNNING.token, RUNNING.icon)
PHASES: Mapping[Phase, str | Promise] = {
    Phase.SCOPE: gettext_lazy("Scope"),
    Phase.LIST: gettext_lazy("Accounts"),
    Phase.MATCH: gettext_lazy("Matching"),
    Phase.REFERENCES: gettext_lazy("References"),
    Phase.GROUPS: gettext_lazy("Groups"),
    Phase.SEAL: gettext_lazy("Finish"),
}


def plans_of(job: Job) -> QuerySet[Plan]:
    """The plans a person looks at: previews, those that wait, those somebody approved."""
    cycles = Cycle.objects.filter(plan__isnull=False).order_by("number").defer("error")
    shown = Cycle.objects.filter(job=job, only__isnull=True).filter(
        Q(purpose=Purpose.PREVIEW)
        | Q(state=CycleState.WAITING)
        | Q(plan__approved_at__isnull=False)
    )
    return (
        Plan.objects.filter(job=job, pk__in=shown.values("plan_id"))
        .select_related("approved_by")
        .prefetch_related(Prefetch("cycles", queryset=cycles))
        .order_by("-created", "pk")
    )


def plan_or_404(job: Job, pk: UUID) -> Plan:
    """A plan about everybody; one made about a single person is a run on demand."""
    plan = (
        Plan.objects.filter(job=job, pk=pk, cycles__isnull=False)
        .exclude(cycles__only__isnull=False)
        .select_related("approved_by", "definition")
        .prefetch_related(Prefetch("cycles", queryset=Cycle.objects.order_by("number")))
        .first()
    )
    if plan is None:
        raise Http404
    return plan


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands: its tag, the cycle that makes or made it, whether it can be approved."""

    tag: Tag
    maker: Cycle
    can_be_approved: bool = False
    error: str = ""
    advice: str = ""

    @property
    def computing(self) -> bool:
        """Whether it is still being made."""
        return self.tag is COMPUTING


def standing_of(job: Job, plan: Plan, newest: int) -> Standing:
    """Judge a plan of `plans_of` or `plan_or_404`, without a query."""
    cycles = list(plan.cycles.all())
    maker, last = cycles[0], cycles[-1]
    if plan.sealed_at is None:
        return _unsealed(maker)
    if plan.approved_at is not None and last.state != CycleState.WAITING:
        return Standing(APPROVED, maker)
    if maker.purpose == Purpose.CYCLE and job.approved_once:
        return _run_already(last, newest)
    if plan.definition_id != job.definition_id:
        return Standing(OUT_OF_DATE, maker)
    waits = last.state == CycleState.WAITING and last.number == newest
    return Standing(WAITING if waits else READY, maker, can_be_approved=last.ended is not None)


def newest_cycle(application: Application) -> int:
    """The number of the newest cycle that ended, by `with_status`: only that one still waits."""
    return getattr(application, "last_number", None) or 0


def _run_already(last: Cycle, newest: int) -> Standing:
    """What a cycle planned and wrote; what the guard holds of it is the deletion review's."""
    if last.state == CycleState.WAITING and last.number != newest:
        return Standing(REPLACED, last)
    return Standing(CYCLE_STATES[CycleState(last.state)], last)


def _unsealed(maker: Cycle) -> Standing:
    if maker.ended is None:
        return Standing(COMPUTING, maker)
    advice = str(maker.error.get("advice", ""))
    return Standing(FAILED, maker, error=spoken(maker.error), advice=_(advice) if advice else "")


def guard_sentence(plan: Plan) -> str:
    """What the guard says of the plan, in the reader's language."""
    return " ".join(guard_sentences(plan.guard))


def under_way(job: Job) -> Cycle | None:
    """A preview of everybody that is being computed: asking twice shows the first."""
    open_ones = Cycle.objects.filter(job=job, purpose=Purpose.PREVIEW, ended__isnull=True)
    return open_ones.filter(only__isnull=True, definition=job.definition_id).first()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is: the phases, and the units of the one in hand."""

    phases: Sequence[tuple[str | Promise, str]]
    """Label, and "done", "now" or "" each."""
    done: int
    total: int


def progress_of(cycle: Cycle) -> Progress:
    """Where the cycle that makes a plan is now."""
    order = list(Phase)
    now = order.index(Phase(cycle.phase))
    phases = [(label, _when(order.index(phase), now)) for phase, label in PHASES.items()]
    units = WorkUnit.objects.filter(cycle=cycle, phase=cycle.phase)
    states = list(units.values_list("state", flat=True))
    return Progress(phases, states.count(UnitState.DONE), len(states))


def _when(place: int, now: int) -> str:
    if place == now:
        return "now"
    return "done" if place < now else ""


def is_stale(plan: Plan, now: datetime) -> bool:
    """Whether its before-images are so old that each account is read again before it is written."""
    return now - plan.created > FRESH_FOR


def for_what(application: Application, plan: Plan) -> str:
    """What the plan is a plan for."""
    if application.job.restored_at is not None:
        return _("First cycle after a backup was restored")
    if not application.job.approved_once:
        return _("First cycle")
    return _("Everybody") if plan.initial else _("Changes since the last cycle")
