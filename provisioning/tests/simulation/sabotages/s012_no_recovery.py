"""What a dead worker left open is never settled."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import recovery
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(kill=0.05, faults=("timeout", "lost"), events=("change", "add"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(recovery, "needed", lambda cycle: False)
