"""Quarantine: a job held back because it is unhealthy, with its evidence, and the way out.

Entered on rejected credentials at once, after ten target faults in a row, and when every one of at
least five objects failed. Tried again after 1, 2, 4 … intervals up to a day; any healthy cycle ends
it by itself (entra-provisioning 11, Ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from provisioning.core.schedule import next_quarantine_try
from provisioning.engine import notices
from provisioning.models import AuditEvent, Cycle, Job
from provisioning.models.audit import Activity


def enter(cycle: Cycle, reason: str, evidence: Mapping[str, object], now: datetime) -> None:
    """Hold the job back, or note that it is still unwell; the first time people are told."""
    job = cycle.job
    first = not job.quarantined
    job.quarantined_at = job.quarantined_at or now
    job.quarantine_reason = reason
    job.quarantine_evidence = {**evidence, "cycle": cycle.number}
    job.quarantine_tries += 1
    _save(job)
    if first:
        change = {"path": "quarantine", "old": None, "new": reason}
        AuditEvent.record(None, Activity.QUARANTINE, job.application, [change])
        notices.tell_of_quarantine(cycle, now)


def leave(cycle: Cycle, now: datetime) -> None:
    """The target works again: nothing is held back any more, and people are told once."""
    job = cycle.job
    change = {"path": "quarantine", "old": job.quarantine_reason, "new": None}
    notices.tell_of_recovery(cycle, now)
    forget(job)
    AuditEvent.record(None, Activity.QUARANTINE, job.application, [change])


def forget(job: Job) -> None:
    """Take the mark off the job."""
    job.quarantined_at, job.quarantine_reason = None, ""
    job.quarantine_evidence, job.quarantine_tries = {}, 0
    _save(job)


def next_try(job: Job, now: datetime) -> datetime | None:
    """When a quarantined job is tried again by itself; `None` for a healthy one."""
    if not job.quarantined:
        return None
    return next_quarantine_try(now, job.interval, job.quarantine_tries)


def _save(job: Job) -> None:
    job.save(
        update_fields=[
            "quarantined_at", "quarantine_reason", "quarantine_evidence", "quarantine_tries",
        ]
    )  # fmt: skip
