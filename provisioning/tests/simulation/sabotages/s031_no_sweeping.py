"""Free units are found by messages only."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import dispatch
from provisioning.engine.clock import Clock
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Job
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(kill=0.05, lose=0.3, events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    def sweep() -> list[Any]:
        for job in Job.objects.due(Clock().now()).select_related("application"):
            open_cycle(job, Request())
        return []

    return instead(dispatch, "sweep", sweep)
