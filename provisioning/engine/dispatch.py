"""Which jobs are due, and telling workers to look: the database is the queue, Celery the alarm.

A message carries a cycle's id and only says "look now". Every tick also sweeps for due jobs and for
open cycles with units that nobody holds, so that a lost message costs seconds (reliability 1.5).
"""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import transaction

from provisioning.engine.clock import Clock, database_now
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.leases import LEASE
from provisioning.models import Cycle, Job, WorkUnit

WORKERS_PER_CYCLE = 4
"""The most messages a cycle with free units sends at once: as many workers look at it."""


def sweep() -> list[Cycle]:
    """Open the cycles that are due and answer every cycle with work that somebody could claim."""
    WorkUnit.objects.shorten(database_now(), LEASE)
    for job in Job.objects.due(Clock().now()).select_related("application"):
        if _ready(job):
            open_cycle(job, Request())
    free = WorkUnit.objects.workable().claimable(database_now())
    return list(Cycle.objects.filter(pk__in=free.values("cycle_id")).order_by("started"))


def messages(cycle: Cycle) -> int:
    """How many workers are worth waking for this cycle now."""
    free = WorkUnit.objects.workable().claimable(database_now()).filter(cycle=cycle).count()
    return min(free, WORKERS_PER_CYCLE)


def call_others(cycle: Cycle) -> None:
    """Ask further workers to share a cycle that has just come to units enough for them."""
    for _ in range(messages(cycle)):
        _send("turn", str(cycle.pk))


def wake() -> None:
    """Ask the workers to look now, once the current transaction is committed.

    Without a broker nothing is lost: the next tick finds the same rows.
    """
    transaction.on_commit(partial(_send, "tick"))


def _ready(job: Job) -> bool:
    """A job without credentials or definition has nothing to run with yet; quiet hours pass."""
    connection = getattr(job.application, "connection", None)
    if job.definition_id is None or connection is None or not connection.tenant_url:
        return False
    return not connection.is_silent(Clock().now())


def _send(task: str, *arguments: str) -> None:
    if not settings.CELERY_BROKER_URL:
        return
    from celery import current_app
    from kombu.exceptions import OperationalError

    try:
        current_app.send_task(
            f"provisioning.tasks.{task}", args=arguments, retry=False, ignore_result=True
        )
    except (OperationalError, OSError):
        return
