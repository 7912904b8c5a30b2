"""Reading back never recognises what was applied."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.execution import sending
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(lenient=True, faults=("lost", "gateway"), events=("change", "add"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(sending, "is_applied", lambda task, resource: False)
