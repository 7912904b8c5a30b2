"""What a person does with a plan besides approving it: begin with a few people, or discard it.

Who was begun with is not written twice: a stored plan sends what the account does not show yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import CycleState, Lane, Operation, RowState
from provisioning.core.wording import gettext_noop
from provisioning.engine.holding_back import forget_held_back
from provisioning.engine.requesting import request_on_demand
from provisioning.models import AuditEvent, Cycle, DirectoryObject, Job, Plan, PlanRow
from provisioning.models.audit import Activity
from provisioning.models.cycle import Purpose

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FEW = 5
GIVE_ACCESS = (Operation.CREATE, Operation.ADOPT, Operation.ENABLE, Operation.UPDATE)


def first_few(plan: Plan) -> list[DirectoryObject]:
    """Whom to begin with: people who gain something, those without a manager to wait for first."""
    rows = PlanRow.objects.filter(
        plan=plan,
        lane=Lane.CHANGES,
        operation__in=GIVE_ACCESS,
        state=RowState.PLANNED,
        object__kind="user",
    )
    ordered = rows.select_related("object").order_by("wave", "object__display_name", "object_id")
    return [row.object for row in ordered[:FEW]]


def begin_with_few(actor: User | None, plan: Plan) -> list[DirectoryObject]:
    """Provision a few of the plan's people now, each on demand; the plan still waits.

    Raises `ConfigurationError` without credentials.
    """
    people = first_few(plan)
    with transaction.atomic():
        for person in people:
            request_on_demand(actor, plan.job, person)
    return people


def begun_with(plan: Plan) -> list[Cycle]:
    """The runs on demand since the plan was made of people who are in it."""
    runs = Cycle.objects.filter(
        job=plan.job_id, purpose=Purpose.ON_DEMAND, started__gte=plan.created
    )
    of_plan = PlanRow.objects.filter(plan=plan).values("object")
    return list(runs.filter(only__in=of_plan).select_related("only").order_by("number"))


def discard_plan(actor: User | None, plan: Plan) -> None:
    """Nobody will approve this plan: a preview is forgotten, a cycle waits for it no longer.

    Raises `ProvisioningError` when it was approved or is being computed.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).get(pk=plan.job_id)
        _check_nothing_came_of_it(job, plan)
        change = {"path": "plan", "old": plan.digest, "new": None}
        AuditEvent.record(actor, Activity.DISCARD, job.application, [change])
        forget_held_back(plan)
        cycles = Cycle.objects.filter(plan=plan)
        if cycles.filter(purpose=Purpose.CYCLE).exists():
            cycles.filter(state=CycleState.WAITING).update(state=CycleState.STOPPED)
            return
        cycles.delete()
        plan.delete()


def _check_nothing_came_of_it(job: Job, plan: Plan) -> None:
    cycles = Cycle.objects.filter(plan=plan)
    if cycles.filter(ended__isnull=True).exists():
        raise ProvisioningError(
            gettext_noop("This plan is being computed."),
            advice=gettext_noop("Wait until it is ready, then discard it."),
        )
    written = job.approved_once and cycles.filter(purpose=Purpose.CYCLE).exists()
    if written or plan.approved_at is not None:
        raise ProvisioningError(
            gettext_noop("This plan was approved."),
            advice=gettext_noop("Stop provisioning to keep the rest of it from being written."),
        )
