"""Whether anybody does what a page waits for."""

from __future__ import annotations

from datetime import timedelta

from provisioning.engine.clock import database_now
from provisioning.models import Cycle, Heartbeat

PATIENCE = timedelta(seconds=5)


def nobody_works(cycle: Cycle) -> bool:
    """Whether this cycle has been waiting for some time and no worker is alive."""
    now = database_now()
    if cycle.ended is not None or now - cycle.started < PATIENCE:
        return False
    return not Heartbeat.objects.fresh(now).exists()


def no_worker() -> bool:
    """Whether no worker has spoken within the last minute."""
    return not Heartbeat.objects.fresh(database_now()).exists()
