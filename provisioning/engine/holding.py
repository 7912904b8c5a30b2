"""What a person decides about rows that the guard holds: here, that these people are kept.

A kept person keeps the account as it is until something about them changes: their data in the
directory, or the reasons for which they would leave, or the definition that would change them. Then
they are decided, and perhaps held, anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import REMOVALS, CycleState, Reason, RowState, Status
from provisioning.core.wording import gettext_noop
from provisioning.engine.clock import Clock
from provisioning.engine.standings import save_standings
from provisioning.engine.work import Work
from provisioning.models import AuditEvent, Cycle, Job, LogEntry, Plan, PlanRow, Standing, WorkUnit
from provisioning.models.audit import Activity

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def keep_held(actor: User | None, plan: Plan) -> int:
    """Decide against what this plan holds; how many people or groups are kept.

    Raises `ProvisioningError` while a cycle runs: it may be deciding about the same people.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=plan.job_id)
        if job.open_cycle_id is not None:
            raise ProvisioningError(
                gettext_noop("A cycle of %(application)s is running."),
                params={"application": job.application.name},
                advice=gettext_noop("Wait until it has ended, then decide about what it holds."),
            )
        held = PlanRow.objects.filter(plan=plan, state=RowState.HELD)
        # A group may wait with several requests.
        kept = {row.object_id: _kept(plan, row) for row in held}
        save_standings(kept.values())
        held.update(state=RowState.ABANDONED)
        _settle_cycles(job, plan)
        change = {"path": "held", "old": len(kept), "new": "kept"}
        AuditEvent.record(actor, Activity.RELEASE, job.application, [change])
    return len(kept)


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
