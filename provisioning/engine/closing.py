"""Phase *close*: how the cycle ended, what is remembered, and when the next one is due.

The watermark is stored last. A cycle that ends by an error changes no watermark, so nothing that
it did not get to is forgotten (I09, I13).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from provisioning.core.errors import ProvisioningError, QuietNow, TargetUnavailable
from provisioning.core.health import finding_of
from provisioning.core.schedule import next_cycle
from provisioning.core.vocabulary import CycleState, Operation, RowState, Status
from provisioning.core.wording import gettext_noop
from provisioning.engine import notices, quarantine, restoring
from provisioning.engine.escrows import is_maintained
from provisioning.engine.spoken import stored
from provisioning.engine.tallying import tally_of
from provisioning.engine.work import Work, finishing
from provisioning.models import Cycle, Job, ListedAccount, LogEntry, Plan, PlanRow, WorkUnit
from provisioning.models.cycle import Purpose
from provisioning.models.unit import UnitState

FAILURES_ADVICE = gettext_noop(
    "Look at their causes in the provisioning logs, then select Retry now."
)


def run(work: Work) -> None:
    """End the cycle the ordinary way."""
    with finishing(work):
        _close(work.cycle, _end_state(work.cycle), work.now)


def end_early(work: Work, error: ProvisioningError) -> None:
    """End the cycle because the target, its credentials or the configuration do not allow more."""
    with transaction.atomic():
        if not work.unit.finish():
            return
        work.count_requests()
        _drop_units(work.cycle)
        work.cycle.error = {
            "code": error.code,
            "advice": error.advice,
            **stored(error),
            "exchanges": list(work.target.evidence),
        }
        excused = is_maintained(work.job)
        unwell = isinstance(error, TargetUnavailable) and work.cycle.purpose == Purpose.CYCLE
        if unwell and not excused:
            quarantine.enter(work.cycle, error.code, work.cycle.error, work.now)
        _close(work.cycle, _early_state(error, unwell=unwell, excused=excused), work.now)


def _early_state(error: ProvisioningError, *, unwell: bool, excused: bool) -> CycleState:
    """Quiet hours stop a cycle as a person would, and so does a target that is down while it is
    maintained; all else is a failure, or quarantine.
    """
    if isinstance(error, QuietNow) or (unwell and excused):
        return CycleState.STOPPED
    return CycleState.QUARANTINED if unwell else CycleState.FAILED


def stop(work: Work) -> None:
    """End the cycle because a person said so."""
    with transaction.atomic():
        if work.unit.finish():
            work.count_requests()
            _drop_units(work.cycle)
            _close(work.cycle, CycleState.STOPPED, work.now)


def counts_of(cycle: Cycle) -> dict[str, int]:
    """What the cycle did, by operation: sums over its log entries, and what needs none."""
    counts: Counter[str] = Counter({operation.value: 0 for operation in Operation})
    silent = (Status.SKIPPED, Status.WARNING)
    entries = LogEntry.objects.filter(cycle=cycle).exclude(status__in=silent)
    for operation, status in entries.values_list("operation", "status").iterator():
        if status == Status.FAILURE:
            counts["failed"] += 1
        elif status != Status.STAGED:
            counts[operation] += 1
    counts["held"] = PlanRow.objects.filter(plan=cycle.plan, state=RowState.HELD).count()
    counts["skip"], counts["unchanged"] = cycle.skipped, cycle.unchanged
    return dict(counts)


def _end_state(cycle: Cycle) -> CycleState:
    if cycle.state == CycleState.WAITING:
        return CycleState.WAITING
    if PlanRow.objects.filter(plan=cycle.plan, state=RowState.HELD).exists():
        return CycleState.WAITING
    if LogEntry.objects.filter(cycle=cycle, status=Status.FAILURE).exists():
        return CycleState.PARTLY
    if PlanRow.objects.filter(plan=cycle.plan, state=RowState.STALE).exists():
        return CycleState.PARTLY
    return CycleState.SUCCEEDED


def _close(cycle: Cycle, state: CycleState, now: datetime) -> None:
    job = Job.objects.select_for_update().get(pk=cycle.job_id)
    _tally(cycle)
    cycle.state, cycle.ended = state, now
    if cycle.purpose == Purpose.CYCLE:
        _judge_health(cycle, now)
        job.refresh_from_db()
        _store_progress(job, cycle)
        job.next_run = quarantine.next_try(job, now) or next_cycle(now, job.interval)
        job.last_now = max(now, job.last_now) if job.last_now else now
        job.open_cycle = None if job.open_cycle_id == cycle.pk else job.open_cycle
        job.save()
        restoring.note(job)
    # Without the requests: whoever still is in a unit counts them beside us.
    cycle.save(update_fields=["state", "ended", "skipped", "unchanged", "error"])
    ListedAccount.objects.filter(cycle=cycle).delete()
    notices.tell_of_failures(cycle, now)
    notices.tell_of_decisions(cycle, now)


def _drop_units(cycle: Cycle) -> None:
    """Nobody begins another unit of a cycle that ends early; who is in one finds its lease lost."""
    WorkUnit.objects.filter(cycle=cycle).exclude(state=UnitState.DONE).update(state=UnitState.DONE)


def _tally(cycle: Cycle) -> None:
    cycle.skipped = cycle.unchanged = 0
    payloads = WorkUnit.objects.filter(cycle=cycle).values_list("payload", flat=True)
    # Each names up to 500 people: they are not held all at once.
    for payload in payloads.iterator(chunk_size=10):
        cycle.skipped += payload.get("skipped", 0)
        cycle.unchanged += payload.get("unchanged", 0)


def _judge_health(cycle: Cycle, now: datetime) -> None:
    """A cycle that worked leaves quarantine; one that says the target is unwell enters it."""
    if cycle.state in (CycleState.QUARANTINED, CycleState.STOPPED, CycleState.FAILED):
        return
    found = None if is_maintained(cycle.job) else finding_of(tally_of(cycle))
    if found is not None:
        error = TargetUnavailable(found.sentence, params=found.params)
        evidence = {"code": found.code, "advice": FAILURES_ADVICE, **stored(error)}
        cycle.state, cycle.error = CycleState.QUARANTINED, evidence
        quarantine.enter(cycle, found.code, evidence, now)
    elif cycle.job.quarantined and not is_maintained(cycle.job):
        quarantine.leave(cycle.job, now)


def _of_one_person(plan: Plan) -> bool:
    """Whether the plan was made about one person only: it decides nothing about the others."""
    return Cycle.objects.filter(plan=plan, only__isnull=False).exists()


def _knows_every_edit(plan: Plan, job: Job) -> bool:
    """Whether the plan decided about all that was saved since what the job decided with."""
    return job.decided_with_id in (plan.definition_id, plan.edit.get("from"))


def _store_progress(job: Job, cycle: Cycle) -> None:
    """The watermark, once everything below it is decided and written, held or in escrow."""
    plan = cycle.plan
    decided = cycle.state in (CycleState.SUCCEEDED, CycleState.PARTLY, CycleState.WAITING)
    if not decided or not job.approved_once or plan is None or _of_one_person(plan):
        return
    whole = plan.initial or (
        _knows_every_edit(plan, job)
        and job.watermark is not None
        and plan.watermark_from is not None
        and plan.watermark_from <= job.watermark
    )
    if whole and (job.watermark is None or plan.watermark >= job.watermark):
        # What a person said of the target was for one cycle that came to its end.
        job.fingerprint = {}
        job.watermark = plan.watermark
        job.decided_with_id = cycle.definition_id
