"""Quarantine: a job held back because it is unhealthy, with its evidence, and the way out.

Entered on rejected credentials at once, after ten target faults in a row, when a cycle says so
(core/health.py), and by hand. Tried again after 1, 2, 4 … intervals up to a day; any healthy cycle
ends it by itself (entra-provisioning 11, Ours). What a person began, a person ends. It is never
switched off: after weeks people are told again, and it goes on trying.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from provisioning.core.errors import TargetUnavailable
from provisioning.core.health import MANUAL
from provisioning.core.schedule import FIRST_REMINDER, days_to_tell_of, next_quarantine_try
from provisioning.core.wording import gettext_noop
from provisioning.engine import notices
from provisioning.engine.spoken import stored
from provisioning.models import AuditEvent, Cycle, Job
from provisioning.models.audit import Activity
from provisioning.models.job import Mode, ProvisioningStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SET_BY = gettext_noop("%(name)s put it into quarantine.")
SET_BY_COMMAND = gettext_noop("A command put it into quarantine.")
MANUAL_ADVICE = gettext_noop("Select Retry now, or leave quarantine, once it may go on.")


def enter(cycle: Cycle, reason: str, evidence: Mapping[str, object], now: datetime) -> None:
    """Hold the job back, or note that it is still unwell; the first time people are told."""
    job = cycle.job
    if job.quarantined:
        job.quarantine_tries += 1
        if job.quarantine_reason != MANUAL:
            job.quarantine_reason = reason
            job.quarantine_evidence = {**evidence, "cycle": cycle.number}
        _save(job)
        remind(job, now)
    else:
        _begin(None, job, reason, {**evidence, "cycle": cycle.number}, now)


def set_by_hand(actor: User | None, job: Job, now: datetime) -> None:
    """Hold the job back until a person takes it out; what is sent at the moment is the last."""
    if job.quarantined:
        return
    _begin(actor, job, MANUAL, evidence_of_a_person(actor), now)
    if job.open_cycle_id is not None:
        Cycle.objects.filter(pk=job.open_cycle_id).update(stop_requested=True)


def evidence_of_a_person(actor: User | None) -> dict[str, object]:
    """Who put the job into quarantine; nobody is a command."""
    name = (actor.get_full_name() or actor.get_username()) if actor else ""
    error = TargetUnavailable(SET_BY if name else SET_BY_COMMAND, params={"name": name})
    return {"code": MANUAL, "advice": MANUAL_ADVICE, **stored(error)}


def _begin(
    actor: User | None, job: Job, reason: str, evidence: Mapping[str, object], now: datetime
) -> None:
    job.quarantined_at, job.quarantine_tries = now, 1
    job.quarantine_reason, job.quarantine_evidence = reason, dict(evidence)
    _save(job)
    change = {"path": "quarantine", "old": None, "new": reason}
    AuditEvent.record(actor, Activity.QUARANTINE, job.application, [change])
    notices.tell_of_quarantine(job, now)


def leave(job: Job, now: datetime, actor: User | None = None, *, by_hand: bool = False) -> None:
    """Nothing is held back any more, and people are told once."""
    change = {"path": "quarantine", "old": job.quarantine_reason, "new": None}
    notices.tell_of_recovery(job, now, by_hand=by_hand)
    forget(job)
    AuditEvent.record(actor, Activity.QUARANTINE, job.application, [change])


def remind(job: Job, now: datetime) -> None:
    """Tell people again of a quarantine that lasts for weeks: it never ends in silence."""
    if job.quarantined_at is not None:
        days = days_to_tell_of(job.quarantined_at, now)
        if days is not None:
            notices.tell_of_long_quarantine(job, days, now)


def remind_all(now: datetime) -> None:
    """The same for every job, also those that do not run by themselves."""
    for job in Job.objects.filter(quarantined_at__lte=now - FIRST_REMINDER):
        remind(job, now)


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


def automatic_try(job: Job) -> datetime | None:
    """When a job in quarantine is tried by itself; `None` when a person has to begin it."""
    by_itself = job.mode == Mode.AUTOMATIC and job.status == ProvisioningStatus.ON
    return job.next_run if by_itself and job.quarantine_reason != MANUAL else None


def _save(job: Job) -> None:
    job.save(
        update_fields=[
            "quarantined_at", "quarantine_reason", "quarantine_evidence", "quarantine_tries",
        ]
    )  # fmt: skip
