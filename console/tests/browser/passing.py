"""Time as a seeded company needs it: some has passed since a cycle, and a cycle runs just now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from provisioning.engine import runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import (
    AuditEvent,
    Cycle,
    Escrow,
    Heartbeat,
    Job,
    LogEntry,
    Plan,
    WorkUnit,
)

INTERVAL = timedelta(minutes=40)
AGE = timedelta(seconds=75)
"""For how long the running cycle has been running."""


def time_passes(job: Job, passed: timedelta = INTERVAL) -> None:
    """Everything that happened to the job happened that much earlier."""
    moved: list[tuple[Any, tuple[str, ...]]] = [
        (Cycle.objects.filter(job=job), ("started", "ended")),
        (Plan.objects.filter(job=job), ("created", "sealed_at", "approved_at")),
        (LogEntry.objects.filter(job=job), ("at",)),
        (Escrow.objects.filter(job=job), ("first_failed", "next_try")),
        (AuditEvent.objects.filter(application=job.application), ("at",)),
    ]
    for rows, fields in moved:
        rows.update(**{field: F(field) - passed for field in fields})


class Enough(Exception):
    """The cycle has come as far as it should."""


def run_until_the_second_wave(job: Job) -> None:
    """Begin a cycle and leave it while it writes people who have a manager."""
    cycle = open_cycle(job, Request(approve=True))
    if cycle is None:
        raise LookupError("A cycle is open already.")

    def look(now: Cycle) -> None:
        if (now.phase, now.wave) == ("changes", 1):
            raise Enough

    try:
        runner.turn(cycle.pk, owner=f"worker:{uuid4().hex[:8]}", call_others=look)
    except Enough:
        is_going_on(job, timezone.now())


def is_going_on(job: Job, now: datetime) -> None:
    """A worker is alive, and has just written what the open cycle of the job has written."""
    Heartbeat.objects.update_or_create(name="celery@worker-1", defaults={"at": now})
    Cycle.objects.filter(job=job, ended__isnull=True).update(started=now - AGE)
    open_units = WorkUnit.objects.filter(cycle__job=job, cycle__ended__isnull=True)
    open_units.exclude(lease_until__isnull=True).update(lease_until=now + INTERVAL)
    LogEntry.objects.filter(job=job).update(at=now)
