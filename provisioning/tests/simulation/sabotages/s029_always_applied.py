"""Reading back takes everything for applied."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.execution import sending
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(faults=("timeout",), events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    return instead(sending, "is_applied", lambda task, resource: True)
