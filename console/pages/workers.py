"""Whether anybody does what a page waits for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from provisioning.engine.clock import database_now
from provisioning.models import Cycle, Heartbeat
from provisioning.models.heartbeat import FRESH_FOR

PATIENCE = timedelta(seconds=5)


def nobody_works(cycle: Cycle) -> bool:
    """Whether this cycle has been waiting for some time and no worker is alive."""
    return cycle.ended is None and nobody_begins(cycle.started)


def nobody_begins(asked: datetime) -> bool:
    """Whether what was asked for then has been waiting for some time and no worker is alive."""
    now = database_now()
    if now - asked < PATIENCE:
        return False
    return not Heartbeat.objects.fresh(now).exists()


def silence(now: datetime) -> timedelta | None:
    """For how long no worker has spoken; nothing while one is alive, never for none ever."""
    last = Heartbeat.objects.aggregate(last=Max("at"))["last"]
    if last is None:
        return timedelta.max
    return now - last if now - last >= FRESH_FOR else None
