"""What a person decides about rows that wait, all or by name: released, or kept.

The guard holds rows, and so does a person who looks at a plan before it is approved
(engine/holding_back.py); it is the same waiting. Released rows are written now, and do not count
for the guard. Where a person decided about some by name, the others of that review wait for a
person, however few they are in the next plan.

A kept person keeps the account as it is until something about them changes: their data in the
directory, or the reasons for which they would leave, or the definition that would change them. Then
they are decided, and perhaps held, anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import REMOVALS, CycleState, Reason, RowState, Status
from provisioning.core.wording import gettext_noop
from provisioning.engine.clock import Clock
from provisioning.engine.sentences import HELD_BACK
from provisioning.engine.standings import save_standings
from provisioning.engine.work import Work
from provisioning.models import AuditEvent, Cycle, Job, LogEntry, Plan, PlanRow, Standing, WorkUnit
from provisioning.models.audit import Activity
from provisioning.models.cycle import Purpose

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_AUDIT = 1_000
"""Characters of names that one audit row keeps."""

WHY = (HELD_BACK, "dangers")
"""The parameters that say why a row waits, besides why somebody leaves."""


def held_rows(plan: Plan) -> QuerySet[PlanRow]:
    """The rows that wait for a person, with their people, by name."""
    rows = PlanRow.objects.filter(plan=plan, state=RowState.HELD).select_related("object")
    return rows.order_by("object__display_name", "object_id", "part")


def by_the_guard(plan: Plan) -> QuerySet[PlanRow]:
    """The rows that wait though no person held them back: an approval may take them along."""
    held = PlanRow.objects.filter(plan=plan, state=RowState.HELD)
    return held.exclude(pk__in=held_back(plan).values("pk"))


def held_back(plan: Plan) -> QuerySet[PlanRow]:
    """The rows that a person held back by name."""
    held = PlanRow.objects.filter(plan=plan, state=RowState.HELD)
    return held.filter(params__has_key=HELD_BACK)


def newest_review(job: Job) -> Plan | None:
    """The plan of the job's newest cycle, if it holds somebody: each decides about them anew."""
    of_one = Cycle.objects.filter(job=job, only__isnull=False).values("plan_id")
    plans = Plan.objects.filter(job=job, sealed_at__isnull=False).exclude(pk__in=of_one)
    newest = plans.filter(cycles__purpose=Purpose.CYCLE).order_by("-created").first()
    return newest if newest is not None and held_rows(newest).exists() else None


def keep_held(actor: User | None, plan: Plan, chosen: Collection[UUID] | None = None) -> int:
    """Decide against what this plan holds, all or the chosen objects; how many are kept.

    Raises `ProvisioningError` while a cycle runs: it may be deciding about the same people; and
    when none of the chosen waits.
    """
    with transaction.atomic():
        job = quiet_job(plan)
        rows = _chosen(plan, chosen)
        # A group may wait with several requests.
        kept = {row.object_id: _kept(plan, row) for row in rows}
        save_standings(kept.values())
        PlanRow.objects.filter(pk__in=[row.pk for row in rows]).update(state=RowState.ABANDONED)
        if not _leave_the_rest(plan):
            _settle_cycles(job, plan)
        tell(actor, job, rows, "kept", by_name=chosen is not None)
    return len(kept)


def release_held(actor: User | None, plan: Plan, chosen: Collection[UUID]) -> int:
    """Let the chosen objects' rows be written; the others wait. How many objects that is.

    Nothing runs yet: the rows go with the plan. Raises `ProvisioningError` while a cycle runs, when
    the plan is out of date, and when none of the chosen waits.
    """
    with transaction.atomic():
        job = quiet_job(plan)
        check_up_to_date(job, plan)
        rows = _chosen(plan, chosen)
        PlanRow.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=RowState.PLANNED, by_name=True
        )
        _leave_the_rest(plan)
        tell(actor, job, rows, "released", by_name=True)
    return len({row.object_id for row in rows})


def is_under_way(plan: Plan) -> bool:
    """Whether the plan was run: what is released of it runs at once, not when it is approved."""
    cycles = Cycle.objects.filter(plan=plan, purpose=Purpose.CYCLE)
    return Job.objects.filter(pk=plan.job_id, approved_once=True).exists() and cycles.exists()


def hold_undecided(work: Work) -> int:
    """Let who was left out of a decision by name wait for theirs, before the guard counts; how many
    rows that is, without those that a person held back.
    """
    if work.cycle.only_id:
        return 0
    undecided = _undecided(work)
    if not undecided:
        return 0
    planned = PlanRow.objects.filter(
        plan=work.plan, state=RowState.PLANNED, object_id__in=[one for one, _ in undecided]
    )
    rows = [row for row in planned if (row.object_id, row.revision) in undecided]
    for row in rows:
        row.state, row.by_name = RowState.HELD, True
        row.params |= undecided[row.object_id, row.revision]
    PlanRow.objects.bulk_update(rows, ["state", "by_name", "params"], batch_size=200)
    return sum(HELD_BACK not in row.params for row in rows)


def _undecided(work: Work) -> dict[tuple[UUID, int], dict[str, Any]]:
    """Who waits by name since an earlier plan, as they were then, with why; a cycle that approves
    its own plan decides about them, but not about whom a person held back.
    """
    waiting = Standing.objects.filter(job=work.job, code=Reason.WAITING_FOR_APPROVAL)
    before = PlanRow.objects.filter(plan__job=work.job, state=RowState.HELD, by_name=True)
    before = before.exclude(plan=work.plan).filter(object_id__in=waiting.values("object_id"))
    known = before.order_by("plan__created", "pk").values_list("object_id", "revision", "params")
    return {
        (one, revision): {key: params[key] for key in WHY if key in params}
        for one, revision, params in known
        if HELD_BACK in params or not work.cycle.approve
    }


def leave_out_kept(work: Work) -> None:
    """Take the rows out of a plan that a person decided against, before the guard counts."""
    if work.cycle.only_id:
        # Whoever provisions one person by hand decides anew.
        return
    planned = PlanRow.objects.filter(plan=work.plan, state=RowState.PLANNED)
    kept = {
        standing.object_id: standing
        for standing in Standing.objects.filter(
            job=work.job, code=Reason.KEPT, object_id__in=planned.values("object_id")
        )
    }
    rows = planned.filter(object_id__in=list(kept)) if kept else []
    unchanged = [row.pk for row in rows if _still_holds(kept[row.object_id], row, work)]
    if not unchanged:
        return
    PlanRow.objects.filter(pk__in=unchanged).delete()
    work.unit.payload |= {"skipped": len(unchanged)}
    WorkUnit.objects.filter(pk=work.unit.pk).update(payload=work.unit.payload)


def quiet_job(plan: Plan) -> Job:
    """The plan's job, locked; nobody decides about people that a cycle may be deciding about."""
    job = Job.objects.select_for_update().get(pk=plan.job_id)
    if job.open_cycle_id is not None:
        raise ProvisioningError(
            gettext_noop("A cycle of %(application)s is running."),
            params={"application": job.application.name},
            advice=gettext_noop("Wait until it has ended, then decide about what it holds."),
        )
    return job


def check_up_to_date(job: Job, plan: Plan) -> None:
    """Raises `ProvisioningError` when other rows decide about these people by now."""
    newer = newest_review(job)
    if plan.definition_id == job.definition_id and (
        newer is None or newer.pk == plan.pk or newer.created <= plan.created
    ):
        return
    raise ProvisioningError(
        gettext_noop("These people were decided about again since this plan was made."),
        advice=gettext_noop("Look at the newest review, or wait for the next cycle."),
    )


def _chosen(plan: Plan, chosen: Collection[UUID] | None) -> list[PlanRow]:
    rows = [row for row in held_rows(plan) if chosen is None or row.object_id in chosen]
    if not rows and chosen is not None:
        raise ProvisioningError(
            gettext_noop("None of them waits for a decision in this plan."),
            advice=gettext_noop("Look at the newest review: it was decided, or decided anew."),
        )
    return rows


def _leave_the_rest(plan: Plan) -> bool:
    """Whether somebody still waits: they do until a person decides about them, too."""
    rest = PlanRow.objects.filter(plan=plan, state=RowState.HELD)
    return bool(rest.update(by_name=True))


def tell(
    actor: User | None, job: Job, rows: Sequence[PlanRow], decided: str, *, by_name: bool
) -> None:
    """The audit row: how many, or who by name."""
    people = dict.fromkeys(str(row.object) for row in rows)
    change = {"path": "held", "old": len(people), "new": decided}
    if by_name:
        change["old"] = ", ".join(people)[:LONGEST_AUDIT]
    AuditEvent.record(actor, Activity.RELEASE, job.application, [change])


def _kept(plan: Plan, row: PlanRow) -> Standing:
    return Standing(
        job_id=plan.job_id,
        object_id=row.object_id,
        code=Reason.KEPT,
        reasons=row.params.get("because", []),
        revision=row.revision,
        definition_version=plan.definition.version,
        since=Clock().now(),
    )


def _still_holds(standing: Standing, row: PlanRow, work: Work) -> bool:
    """A removal is the same for the same reasons; a change, under the same definition."""
    if standing.revision != row.revision:
        return False
    if row.operation in REMOVALS:
        return bool(standing.reasons == row.params.get("because", []))
    return bool(standing.definition_version == work.cycle.definition.version)


def _settle_cycles(job: Job, plan: Plan) -> None:
    """A cycle that waited for this decision only is over; a first plan still waits for its own."""
    if not job.approved_once:
        return
    waiting = Cycle.objects.filter(plan=plan, state=CycleState.WAITING, ended__isnull=False)
    failed = LogEntry.objects.filter(status=Status.FAILURE, cycle__plan=plan).exists()
    state = CycleState.PARTLY if failed else CycleState.SUCCEEDED
    waiting.update(state=state)
