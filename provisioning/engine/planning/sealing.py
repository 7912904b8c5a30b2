"""Phase *seal*: judge the whole plan before its first write, count it, and seal it by a digest.

The digest is made of the directory's watermark, the definition and the rows with the values they
were planned from: the same state gives the same digest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from json import dumps

from django.db.models import Q

from provisioning.core.guard import GuardVerdict
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import CycleState, Operation, RowState
from provisioning.engine.holding import by_the_guard, hold_undecided, leave_out_kept
from provisioning.engine.planning.catching_up import catch_up
from provisioning.engine.planning.duplicates import hold_duplicates
from provisioning.engine.planning.guarding import hold, judge_plan
from provisioning.engine.recording import record_failures, record_held
from provisioning.engine.work import Work, finishing
from provisioning.models import Job, Plan, PlanRow, WorkUnit
from provisioning.models.cycle import Purpose

_SEALED = (
    *("operation", "lane", "wave", "part", "target_id"),
    *("changes", "references", "members", "reason"),
)
"""What of a row the digest is made of, besides whose it is and where references pointed."""


def run(work: Work) -> None:
    """Seal the plan; a cycle that may not go on yet is told so by its state."""
    if work.plan.sealed_at is not None:
        _take_up(work)
        return
    leave_out_kept(work)
    undecided = hold_undecided(work)
    verdict, dangerous = judge_plan(work)
    verdict = replace(verdict, undecided=undecided)
    with finishing(work):
        hold_duplicates(work, Kind.GROUP)
        if work.cycle.purpose == Purpose.CYCLE and work.cycle.approve:
            approve(work.job, work.plan, release_held=True, now=work.now)
        elif work.cycle.purpose != Purpose.ON_DEMAND and verdict.holds:
            hold(work, verdict, dangerous)
        if work.records:
            record_failures(work)
        _seal(work, verdict)
        if work.cycle.purpose == Purpose.REMOVALS:
            _take_the_place_of_the_running_plan(work)
        if work.cycle.purpose == Purpose.CYCLE and not _approved(work.job):
            work.cycle.state = CycleState.WAITING
            work.cycle.save(update_fields=["state"])


def _take_the_place_of_the_running_plan(work: Work) -> None:
    """Who leaves gets nothing any more that the running cycle still had for them.

    To whom a request is under way by now, nobody else writes (I05): the next cycle comes to them.
    """
    running = PlanRow.objects.filter(plan__cycles=work.job.open_cycle_id)
    mine = PlanRow.objects.filter(plan=work.plan)
    busy = running.filter(state__in=(RowState.INTENT, RowState.UNKNOWN)).values("object_id")
    mine.filter(object_id__in=busy).update(state=RowState.ABANDONED)
    overtaken = running.filter(state=RowState.PLANNED, object_id__in=mine.values("object_id"))
    overtaken.update(state=RowState.ABANDONED)


def _take_up(work: Work) -> None:
    """A stored plan is run exactly as it is: a person named it, which approves it."""
    with finishing(work):
        approve(work.job, work.plan, release_held=work.cycle.approve, now=work.now)
        held = PlanRow.objects.filter(plan=work.plan, state=RowState.HELD)
        record_held(work, list(held.select_related("object")))
        record_failures(work)
        catch_up(work)


def approve(job: Job, plan: Plan, *, release_held: bool, now: datetime) -> None:
    """A person accepts the plan; with `release_held`, what the guard holds as well. What a person
    held back is released by name only (engine/holding.py).
    """
    plan.approved_at = plan.approved_at or now
    plan.held_released = plan.held_released or release_held
    plan.save(update_fields=["approved_at", "held_released"])
    Job.objects.filter(pk=job.pk).update(approved_once=True, restored_at=None)
    job.approved_once, job.restored_at = True, None
    if release_held:
        by_the_guard(plan).update(state=RowState.PLANNED, by_name=True)


def counts_of(plan: Plan) -> dict[str, int]:
    """The plan's rows by operation; rows that wait count as held, undecidable ones as failed."""
    counts: Counter[str] = Counter({operation.value: 0 for operation in Operation})
    rows = PlanRow.objects.filter(plan=plan).values_list("operation", "state")
    for operation, state in rows.iterator():
        counts["held" if state == RowState.HELD else operation] += 1
    payloads = WorkUnit.objects.filter(cycle__plan=plan).values_list("payload", flat=True)
    for payload in payloads.iterator(chunk_size=10):
        counts["skip"] += payload.get("skipped", 0)
        counts["unchanged"] += payload.get("unchanged", 0)
    return dict(counts)


def _seal(work: Work, verdict: GuardVerdict) -> None:
    plan = work.plan
    plan.counts = counts_of(plan)
    plan.guard = verdict.as_document()
    plan.digest = _digest(work)
    plan.sealed_at = work.now
    plan.save(update_fields=["counts", "guard", "digest", "sealed_at"])


def _digest(work: Work) -> str:
    state = [work.plan.watermark, work.cycle.definition.content]
    digest = sha256(dumps(state, sort_keys=True).encode())
    rows = PlanRow.objects.filter(plan=work.plan).order_by("object_id", "lane", "part")
    for object_id, params, *said in rows.values_list("object_id", "params", *_SEALED).iterator(500):
        content = [str(object_id), params.get("pointed", {}), *said]
        digest.update(dumps(content, sort_keys=True).encode())
    return digest.hexdigest()


def _approved(job: Job) -> bool:
    return Job.objects.filter(Q(pk=job.pk), approved_once=True).exists()
