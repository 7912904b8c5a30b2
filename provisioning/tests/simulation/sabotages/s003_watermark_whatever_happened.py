"""The watermark moves however the cycle ended."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import closing
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(faults=("status", "lost"), events=("change", "outage"))


def sabotage() -> AbstractContextManager[Any]:
    def store(job: Any, cycle: Any) -> None:
        job.watermark, job.decided_with_id = cycle.watermark, cycle.definition_id

    return instead(closing, "_store_progress", store)
