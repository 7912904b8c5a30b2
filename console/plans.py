"""Plans as their pages show them: the list, the state of one, its rows filtered and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.status import CYCLE_STATES, FAILED, OPERATIONS, RUNNING, WAITING, Sign, Tag
from provisioning.core.vocabulary import REMOVALS, CycleState, Operation, Phase, RowState
from provisioning.engine.sentences import because
from provisioning.engine.spoken import message_in, spoken
from provisioning.models import Application, Cycle, Job, Plan, PlanRow, WorkUnit
from provisioning.models.cycle import Purpose
from provisioning.models.unit import UnitState

READY = Tag(gettext_lazy("Ready"), "run", "list-checks")
APPROVED = Tag(gettext_lazy("Approved"), "ok", "circle-check")
OUT_OF_DATE = Tag(gettext_lazy("Out of date"), "warn", "triangle-alert")
REPLACED = Tag(gettext_lazy("Replaced by a later one"), "idle", "circle-minus")
COMPUTING = Tag(gettext_lazy("Being computed"), RUNNING.token, RUNNING.icon)
WITHOUT_ROWS = (Operation.UNCHANGED, Operation.SKIP)
"""What is counted only: nothing is planned for these people."""
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


def newest_cycle(job: Job) -> int:
    """The number of the job's newest cycle that has ended: only that one still waits."""
    ended = Cycle.objects.filter(job=job, purpose=Purpose.CYCLE, ended__isnull=False)
    return ended.order_by("-number").values_list("number", flat=True).first() or 0


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
    """The guard's verdict in the reader's language."""
    told = plan.guard.get("told")
    return _(told["sentence"]).format(**told["figures"]) if told else ""


def under_way(job: Job) -> Cycle | None:
    """A preview of everybody that is being computed: asking twice shows the first."""
    open_ones = Cycle.objects.filter(job=job, purpose=Purpose.PREVIEW, ended__isnull=True)
    return open_ones.filter(only__isnull=True, definition=job.definition_id).first()


@dataclass(frozen=True, slots=True)
class Counter:
    """One figure of a plan: how many rows of an operation; a filter where there are rows."""

    operation: Operation
    number: int

    @property
    def sign(self) -> Sign:
        """Its word, sign and colour."""
        return OPERATIONS[self.operation]

    @property
    def filters(self) -> bool:
        """Whether its rows can be listed."""
        return self.number > 0 and self.operation not in WITHOUT_ROWS


def counters(plan: Plan) -> list[Counter]:
    """The figures in the order of the vocabulary, without those that are nought."""
    return [
        Counter(operation, number)
        for operation in Operation
        if (number := int(plan.counts.get(operation.value, 0)))
    ]


def rows_of(plan: Plan, *, operation: str = "", text: str = "") -> QuerySet[PlanRow]:
    """The rows of one counter, or all, of objects that are called so."""
    rows = PlanRow.objects.filter(plan=plan).select_related("object")
    if operation == Operation.HELD:
        rows = rows.filter(state=RowState.HELD)
    elif operation:
        rows = rows.filter(operation=operation).exclude(state=RowState.HELD)
    if text:
        rows = rows.filter(
            Q(object__display_name__icontains=text)
            | Q(object__user_name__icontains=text)
            | Q(object__source_id=text)
        )
    return rows.order_by("object__display_name", "object_id", "lane", "part")


def why(row: PlanRow) -> str:
    """The rule that decides, in sentences."""
    if row.operation == Operation.FAILED:
        return spoken(message_in(row.error))
    reasons = row.params.get("because") or [{"reason": row.reason, "params": row.params}]
    return because(reasons)


def summary(row: PlanRow) -> str:
    """One line: why somebody leaves or fails, else what changes first."""
    if row.operation == Operation.FAILED or row.operation in REMOVALS:
        return why(row)
    if row.operation == Operation.CREATE:
        number = len(row.changes) + len(row.references)
        return ngettext("%(number)d attribute", "%(number)d attributes", number) % {
            "number": number
        }
    return " · ".join([*_first_change(row.shown_changes), *_members(row.members)])


def _first_change(changes: Sequence[Sequence[Any]]) -> list[str]:
    if not changes:
        return []
    path, old, new = changes[0]
    more = len(changes) - 1
    text = f"{path}: {_short(old)} → {_short(new)}"
    return [text, *([_("and %(number)d more") % {"number": more}] if more else [])]


def _members(members: Mapping[str, Sequence[str]]) -> list[str]:
    add, remove = len(members.get("add", ())), len(members.get("remove", ()))
    told = []
    if add:
        told.append(ngettext("%(n)d member joins", "%(n)d members join", add) % {"n": add})
    if remove:
        told.append(ngettext("%(n)d member leaves", "%(n)d members leave", remove) % {"n": remove})
    return told


def _short(value: object) -> str:
    if value is None:
        return "–"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


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


def first_names(rows: QuerySet[PlanRow], number: int = 10) -> list[str]:
    """Some of the people, by name, as a confirmation lists them."""
    return [str(row.object) for row in rows[:number]]


def for_what(application: Application, plan: Plan) -> str:
    """What the plan is a plan for."""
    if not application.job.approved_once:
        return _("First cycle")
    return _("Everybody") if plan.initial else _("Changes since the last cycle")
