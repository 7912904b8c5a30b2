"""Real Celery workers beside a line, on the database and the broker of its environment."""

from __future__ import annotations

import os
from contextlib import ExitStack
from time import monotonic, sleep

from provisioning.engine import dispatch
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Cycle, Job
from provisioning.tests.servers import PrivateWorker

LOOK_EVERY = 0.05


def seconds(job: Job, workers: int) -> float:
    """How long so many workers of one process each take for a cycle of the job.

    They have started before. Raises `RuntimeError` when the cycle did not succeed.
    """
    with ExitStack() as stack:
        for _ in range(workers):
            stack.enter_context(PrivateWorker(os.environ))
        began = monotonic()
        cycle = begin(job)
        while cycle.ended is None:
            sleep(LOOK_EVERY)
            cycle.refresh_from_db()
        if cycle.state != "succeeded":
            raise RuntimeError(f"The cycle ended {cycle.state}: {cycle.error}")
        return monotonic() - began


def begin(job: Job) -> Cycle:
    """A cycle of the job, and a message for each worker that has something to do."""
    cycle = open_cycle(job, Request())
    if cycle is None:
        raise RuntimeError("A cycle runs already.")
    dispatch.call_others(cycle)
    return cycle
