"""Requests of somebody else that may still be under way: nothing is read back before they are over.

No request outlasts the lease under which it was sent (`engine/leases.py`), nor the longest deadline
after its intent was stored. So a time is known at which the target has heard the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F

from provisioning.engine.clock import database_now
from provisioning.engine.execution.tasks import OPEN
from provisioning.engine.work import Work
from provisioning.models import PlanRow, WorkUnit
from provisioning.scim.session import Limits


def wait_out(work: Work, rows: Iterable[PlanRow]) -> None:
    """Wait until the requests of these rows are over (K06). Raises `Interrupted`.

    A row taken over within its unit: the former lease is over, which is why it was taken over. A
    row of a cycle that has ended: its sender's lease may still run.
    """
    ends = [over for row in rows if (over := _over(work, row)) is not None]
    if ends:
        work.pause((max(ends) - database_now()).total_seconds())


def nothing_is_under_way(unit: WorkUnit) -> None:
    """All requests of the unit have ended: its next holder need not wait for them."""
    sent = PlanRow.objects.filter(unit=unit, state__in=OPEN, intent_at__isnull=False)
    sent.update(intent_at=F("intent_at") - timedelta(seconds=Limits().total))


def _over(work: Work, row: PlanRow) -> datetime | None:
    """When the row's request is over at the latest; `None` when none was sent."""
    if row.state not in OPEN or row.intent_at is None:
        return None
    if row.unit_id == work.unit.pk:
        return row.intent_at + timedelta(seconds=Limits().total)
    return row.unit.lease_until if row.unit is not None else None
