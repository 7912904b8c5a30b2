"""What a cycle came to, counted in objects: what its target's health is judged by."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from provisioning.core.health import Tally
from provisioning.core.vocabulary import Operation, Reason, RowState
from provisioning.models import Cycle, Escrow, PlanRow, Standing


def tally_of(cycle: Cycle) -> Tally:
    """The figures of a cycle that is about to close."""
    rows = PlanRow.objects.filter(plan=cycle.plan)
    sent = rows.filter(intent_at__isnull=False)
    sent = sent.exclude(state__in=(RowState.PLANNED, RowState.ABANDONED, RowState.STALE))
    written = sent.filter(state=RowState.DONE)
    refused = sent.exclude(object_id__in=written.values("object_id"))
    lacking = Standing.objects.filter(
        job=cycle.job, code=Reason.WAITING_FOR_REFERENCE, since__gte=cycle.started
    )
    unplanned = rows.filter(operation=Operation.FAILED, intent_at__isnull=True)
    return Tally(
        written=_objects(written),
        equal=cycle.unchanged,
        failed=_objects(refused) + _objects(unplanned),
        refused=_objects(_news(cycle, refused)),
        lacking=lacking.count(),
    )


def _news(cycle: Cycle, refused: QuerySet[PlanRow]) -> QuerySet[PlanRow]:
    """Those that failed for the first time: whoever is refused again and again says nothing new of
    the target, unless it was found unwell already.
    """
    if cycle.job.quarantined:
        return refused
    again = Escrow.objects.filter(job=cycle.job, object_id=OuterRef("object_id"), tries__gt=1)
    return refused.exclude(Exists(again))


def _objects(rows: QuerySet[PlanRow]) -> int:
    return rows.order_by().values("object_id").distinct().count()
