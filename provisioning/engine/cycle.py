"""Cycles: opened by compare-and-set, turned by whoever claims their units, run in the foreground.

One cycle per job at a time: `Job.open_cycle` is taken only when nobody has it (reliability 1.4).
Ten workers may share a cycle; one runs it alone; one that dies leaves units whose lease runs out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from provisioning.core.edits import edit_between
from provisioning.core.vocabulary import Phase
from provisioning.engine import phases, recovery, restoring
from provisioning.engine.clock import Clock
from provisioning.engine.planning import candidates
from provisioning.models import (
    ChangeNumber,
    Cycle,
    Definition,
    DirectoryObject,
    Job,
    Plan,
    WorkUnit,
)
from provisioning.models.cycle import CycleKind, Origin, Purpose

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for when a cycle is opened."""

    purpose: Purpose = Purpose.CYCLE
    origin: Origin = Origin.SCHEDULE
    initial: bool = False
    approve: bool = False
    now_is: datetime | None = None
    plan: Plan | None = None
    only: DirectoryObject | None = None


def open_cycle(job: Job, request: Request) -> Cycle | None:
    """Begin a cycle, or `None` when the job has one already.

    A preview and a provision on demand stand beside the job's cycle and never wait for it.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().select_related("application").get(pk=job.pk)
        restoring.notice(job)
        if request.purpose == Purpose.CYCLE and job.open_cycle_id is not None:
            return None
        cycle = _begin(job, request)
        if request.purpose == Purpose.CYCLE:
            job.open_cycle = cycle
            job.save(update_fields=["open_cycle"])
        restoring.note(job)
        _open_first_phase(cycle, request)
    return cycle


def _begin(job: Job, request: Request) -> Cycle:
    now = Clock(request.now_is).now()
    fresh = job.watermark is None or job.decided_with is None
    initial = request.initial or fresh
    watermark_from = None if initial else job.watermark
    watermark = ChangeNumber.current()
    definition = job.definition
    if definition is None:
        raise LookupError(f"{job} has no definition.")
    plan = request.plan or Plan.objects.create(
        job=job,
        definition=definition,
        created=now,
        watermark_from=watermark_from,
        watermark=watermark,
        initial=initial,
        edit={} if initial or request.only else _edit_since(job, definition),
    )
    cycle = Cycle.objects.create(
        job=job,
        number=job.take_number(),
        kind=CycleKind.INITIAL if plan.initial else CycleKind.INCREMENTAL,
        purpose=request.purpose,
        origin=request.origin,
        definition=definition,
        plan=plan,
        phase=Phase.RECOVER,
        approve=request.approve,
        only=request.only,
        started=now,
        now_is=request.now_is,
        watermark_from=plan.watermark_from,
        watermark=plan.watermark,
    )
    if plan.edit and request.plan is None:
        _count_edit(cycle, plan)
    return cycle


def _count_edit(cycle: Cycle, plan: Plan) -> None:
    """Note how many are decided again, and say so: they are no change of the directory."""
    plan.edit["number"] = candidates.decided_again(cycle)
    plan.save(update_fields=["edit"])
    log.info(
        "The configuration was saved (%s): %d people and groups are decided again.",
        ", ".join(plan.edit["changed"]) or "nothing that decides",
        plan.edit["number"],
    )


def _edit_since(job: Job, definition: Definition) -> dict[str, object]:
    """Whom the next incremental cycle decides again because the configuration was saved."""
    before = job.decided_with
    if before is None or before.pk == definition.pk:
        return {}
    edit = edit_between(before.as_definition(), definition.as_definition())
    return {
        "from": before.pk, "version": before.version, "changed": list(edit.changed),
        "users": edit.users, "groups": edit.groups,
    }  # fmt: skip


def _open_first_phase(cycle: Cycle, request: Request) -> None:
    """Recover first if there is anything to recover; a stored plan starts at its seal."""
    if request.purpose == Purpose.CYCLE and recovery.needed(cycle):
        WorkUnit.objects.create(cycle=cycle, phase=Phase.RECOVER, ordinal=0)
        return
    phases.open_next(cycle)
