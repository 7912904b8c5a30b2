"""A process that does nothing but a cycle, and tells how much memory that took at most.

Django is set up here, so nothing that needs it is imported before.
"""

from __future__ import annotations

from threading import Event, Thread

import django

from provisioning.bench.measure import peak_mebibytes

CREATED = 1_000
"""After so many accounts a person stops the cycle: all that its size decides has been done."""


def peak_of(job_id: int) -> float:
    """MiB. Raises `RuntimeError` when the cycle ended otherwise than it was made to."""
    django.setup()
    from provisioning.engine.cycle import Request
    from provisioning.engine.running import run_cycle
    from provisioning.models import Job

    over = Event()
    watcher = Thread(target=_stop, args=(job_id, over))
    watcher.start()
    cycle = run_cycle(Job.objects.get(pk=job_id), Request(approve=True))
    over.set()
    watcher.join()
    if cycle.state not in ("stopped", "succeeded"):
        raise RuntimeError(f"The cycle ended {cycle.state}: {cycle.error}")
    return peak_mebibytes()


def _stop(job_id: int, over: Event) -> None:
    from django.db import connection

    from provisioning.models import Cycle, PlanRow

    done = PlanRow.objects.filter(plan__job=job_id, state="done")
    try:
        while not over.wait(1.0):
            if done.count() >= CREATED:
                Cycle.objects.filter(job=job_id).update(stop_requested=True)
                return
    finally:
        connection.close()
