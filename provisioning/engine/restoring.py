"""A database that is older than it was: yesterday's backup, put back (F35).

How far each job came is also noted in a file in ROLLCALL_DATA, outside the database. When the file
knows more than the database, links and log are older than the target: the job then decides
everybody again and writes nothing until a person approves a plan. Nobody is created twice in any
case, because accounts are matched before one is made.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from provisioning.engine.clock import Clock
from provisioning.models import AuditEvent, Cycle, Job
from provisioning.models.audit import Activity

log = logging.getLogger(__name__)

Reached = tuple[int, int]
"""The cycles that a job has begun, and whether the last of them has ended: it only grows."""


def reached(job: Job) -> Reached:
    """How far the job has come by the database."""
    return job.cycles_begun, int(job.open_cycle_id is None)


def note(job: Job) -> None:
    """Keep how far the job has come, once the current transaction is committed."""
    transaction.on_commit(partial(_write, job, reached(job)))


def notice(job: Job) -> bool:
    """Whether the database has become older; then nothing is written until a person says so.

    `job` is locked by the caller, and as it is in the database now.
    """
    known = _noted(job)
    if known <= reached(job):
        return False
    job.restored_at = Clock().now()
    job.approved_once, job.watermark, job.decided_with = False, None, None
    job.save(update_fields=("restored_at", "approved_once", "watermark", "decided_with"))
    if job.open_cycle_id is not None:
        Cycle.objects.filter(pk=job.open_cycle_id).update(stop_requested=True)
    change = {"path": "restored", "old": known[0], "new": job.cycles_begun}
    AuditEvent.record(None, Activity.RESTORE, job.application, [change])
    note(job)
    return True


def notice_now(job_id: int) -> bool:
    """The same for whoever is about to go on with an open cycle; locks only with a suspicion."""
    job = Job.objects.get(pk=job_id)
    if _noted(job) <= reached(job):
        return False
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        return notice(job)


def _noted(job: Job) -> Reached:
    """What the file says; nothing when there is none or it cannot be read."""
    try:
        stored = json.loads(_path(job).read_text())
        return int(stored["cycles"]), int(stored["ended"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0


def _write(job: Job, now: Reached) -> None:
    """Replace the file in one step; a full disk only makes the next restore go unnoticed."""
    path = _path(job)
    fresh = path.with_name(f"{path.name}.{uuid4().hex[:8]}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"cycles": now[0], "ended": now[1]}))
        fresh.replace(path)
    except OSError as error:
        log.warning("How far %s came could not be noted: %s", job, error)
        with suppress(OSError):
            fresh.unlink()


def _path(job: Job) -> Path:
    return Path(settings.ROLLCALL_DATA) / "checkpoints" / f"{job.identity}-{job.pk}.json"
