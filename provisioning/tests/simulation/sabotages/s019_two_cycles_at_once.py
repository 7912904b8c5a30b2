"""A cycle is opened although another one is open."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.engine import cycle, dispatch
from provisioning.models.job import JobQuerySet
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("look_now", "change"))


def sabotage() -> AbstractContextManager[Any]:
    def open_anyway(job: Any, request: Any, open_cycle: Any = cycle.open_cycle) -> Any:
        type(job).objects.filter(pk=job.pk).update(open_cycle=None)
        return open_cycle(job, request)

    stack = ExitStack()
    stack.enter_context(instead(dispatch, "open_cycle", open_anyway))
    stack.enter_context(instead(JobQuerySet, "due", lambda self, now: self.filter(status="on")))
    return stack
