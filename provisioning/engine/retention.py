"""Log retention: entries older than their application keeps them are deleted in slices."""

from __future__ import annotations

from datetime import datetime, timedelta

from provisioning.models import Application, LogEntry

SLICE = 5_000
"""Entries deleted in one transaction, so that no lock is held for long (L17)."""


def purge_due(now: datetime) -> int:
    """Delete one slice of old entries per application and answer how many went."""
    return sum(_purge_slice(application, now) for application in Application.objects.all())


def purge_all(now: datetime) -> int:
    """Delete every entry that is too old, slice by slice, and answer how many went."""
    gone = 0
    for application in Application.objects.all():
        while part := _purge_slice(application, now):
            gone += part
    return gone


def _purge_slice(application: Application, now: datetime) -> int:
    oldest = now - timedelta(days=application.log_retention_days)
    entries = LogEntry.objects.filter(job__application=application, at__lt=oldest)
    keys = list(entries.order_by("at").values_list("pk", flat=True)[:SLICE])
    for start in range(0, len(keys), 500):
        LogEntry.objects.filter(pk__in=keys[start : start + 500]).delete()
    return len(keys)
