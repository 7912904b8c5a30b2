"""Turning the schedule of a job on and off, inside the caller's transaction."""

from __future__ import annotations

from provisioning.engine import dispatch
from provisioning.models import Cycle, Job
from provisioning.models.job import ProvisioningStatus


def switch_on(job: Job) -> None:
    """The next cycle is due at once; after a stop it goes on at the watermark."""
    job.status = ProvisioningStatus.ON
    job.next_run = None
    job.save(update_fields=("status", "next_run"))
    dispatch.wake()


def switch_off(job: Job) -> None:
    """No further cycle is begun, and the one in progress is asked to stop: Stop stops."""
    job.status = ProvisioningStatus.OFF
    job.save(update_fields=("status",))
    if job.open_cycle_id is not None:
        Cycle.objects.filter(pk=job.open_cycle_id).update(stop_requested=True)
    dispatch.wake()
