"""Rows that a person holds back from a plan before it is approved: they wait, as the guard's do.

There is no second way of waiting. What is held back is told in the log, on the person's page and in
the review; it is released or kept there (engine/holding.py), by name only; and until then it waits
in every later plan too, as long as the directory says nothing new about that person.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import RowState
from provisioning.core.wording import gettext_noop
from provisioning.engine import holding
from provisioning.engine.clock import Clock
from provisioning.engine.planning.sealing import counts_of
from provisioning.engine.recording import record_held
from provisioning.engine.sentences import HELD_BACK
from provisioning.engine.work import Beside
from provisioning.models import Cycle, DirectoryObject, Plan, PlanRow

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def hold_back(actor: User | None, plan: Plan, chosen: Collection[UUID]) -> int:
    """Let the chosen objects' rows wait when the plan is approved; how many objects that is.

    Raises `ProvisioningError` while a cycle runs, when the plan was approved or is out of date, and
    when none of the chosen is still to be written by it.
    """
    with transaction.atomic():
        job = holding.quiet_job(plan)
        holding.check_up_to_date(job, plan)
        _check_not_approved(plan)
        rows = _still_planned(plan, chosen)
        for row in rows:
            row.state, row.by_name = RowState.HELD, True
            row.params |= {HELD_BACK: True}
        PlanRow.objects.bulk_update(rows, ["state", "by_name", "params"], batch_size=200)
        plan.counts = counts_of(plan)
        plan.save(update_fields=["counts"])
        made_by = (
            Cycle.objects.filter(plan=plan).select_related("definition", "job").latest("number")
        )
        record_held(Beside(made_by, Clock().now()), rows)
        holding.tell(actor, job, rows, "held back", by_name=True)
    return len({row.object_id for row in rows})


def forget_held_back(plan: Plan) -> None:
    """A plan that nobody will approve holds nobody back: the next cycle decides about them anew."""
    DirectoryObject.objects.mark(list(holding.held_back(plan).values_list("object_id", flat=True)))


def _still_planned(plan: Plan, chosen: Collection[UUID]) -> list[PlanRow]:
    planned = PlanRow.objects.filter(plan=plan, state=RowState.PLANNED, object_id__in=chosen)
    rows = list(planned.select_related("object").order_by("object__display_name", "pk"))
    if not rows:
        raise ProvisioningError(
            gettext_noop("None of them is still to be written by this plan."),
            advice=gettext_noop("Look at the plan: whoever waits already is in the review."),
        )
    return rows


def _check_not_approved(plan: Plan) -> None:
    if plan.sealed_at is None or plan.approved_at is not None or holding.is_under_way(plan):
        raise ProvisioningError(
            gettext_noop(
                "Somebody is held back only from a plan that is ready and not yet approved."
            ),
            advice=gettext_noop("Make a preview, hold them back, then approve it."),
        )
