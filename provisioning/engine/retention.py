"""Retention: old log entries, the past of before, and old plans are deleted in slices.

Entries are kept as long as their application says, and as long what was known and who was assigned
before. A plan nobody approved is kept for a day, the newest of each job for as long as it is the
newest: somebody may still be looking at it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from provisioning.core.vocabulary import RowState
from provisioning.models import (
    Application,
    EndedAssignment,
    Job,
    LogEntry,
    PastLink,
    PastStanding,
    Plan,
    PlanRow,
)

SLICE = 5_000
"""Entries deleted in one transaction, so that no lock is held for long (L17)."""

PLANS_KEPT = timedelta(days=1)


def purge_due(now: datetime) -> int:
    """Delete one slice of old entries, and of the past, per application; how many entries went."""
    gone = 0
    for application in Application.objects.all():
        _purge_past(application, now)
        gone += _purge_slice(application, now)
    return gone


def purge_all(now: datetime) -> int:
    """Delete every entry that is too old, slice by slice, and answer how many went."""
    gone = 0
    for application in Application.objects.all():
        while _purge_past(application, now):
            pass
        while part := _purge_slice(application, now):
            gone += part
    return gone


def purge_plans(now: datetime) -> int:
    """Delete the rows of plans that were never approved and have been superseded."""
    newest = Plan.objects.values("job").annotate(newest=Max("created")).values("newest")
    stale = (
        Plan.objects.filter(approved_at__isnull=True, created__lt=now - PLANS_KEPT)
        .exclude(created__in=newest)
        .exclude(cycles__ended__isnull=True, cycles__isnull=False)
        .exclude(rows__state__in=(RowState.INTENT, RowState.UNKNOWN, RowState.DONE, RowState.STALE))
    )
    keys = list(stale.values_list("pk", flat=True)[:20])
    PlanRow.objects.filter(plan__in=keys).delete()
    Plan.objects.filter(pk__in=keys).delete()
    return len(keys)


def _purge_slice(application: Application, now: datetime) -> int:
    oldest = now - timedelta(days=application.log_retention_days)
    entries = LogEntry.objects.filter(job__application=application, at__lt=oldest)
    keys = list(entries.order_by("at").values_list("pk", flat=True)[:SLICE])
    for start in range(0, len(keys), 500):
        LogEntry.objects.filter(pk__in=keys[start : start + 500]).delete()
    return len(keys)


def _purge_past(application: Application, now: datetime) -> int:
    """Delete what held no longer, and say from when on the job still remembers, in one
    transaction: of a time whose rows are gone nothing is ever told.
    """
    oldest, gone = now - timedelta(days=application.log_retention_days), 0
    parts: list[QuerySet[Any]] = [
        EndedAssignment.objects.filter(application=application, until__lt=oldest),
        PastStanding.objects.filter(job__application=application, until__lt=oldest),
        PastLink.objects.filter(job__application=application, until__lt=oldest),
    ]
    for part in parts:
        keys = list(part.order_by("until").values_list("pk", flat=True)[:SLICE])
        if keys:
            with transaction.atomic():
                jobs = Job.objects.filter(application=application, remembers_since__lt=oldest)
                jobs.update(remembers_since=oldest)
                part.filter(pk__in=keys).delete()
            gone += len(keys)
    return gone
