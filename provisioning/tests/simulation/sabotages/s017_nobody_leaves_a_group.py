"""Members are added and never removed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.execution import tasks
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("move",))


def sabotage() -> AbstractContextManager[Any]:
    def task(*given: Any, task: Any = tasks._task) -> Any:
        made = task(*given)
        made.remove = []
        return made

    return instead(tasks, "_task", task)
