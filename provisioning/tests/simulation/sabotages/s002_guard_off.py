"""The guard never holds anything."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import sealing
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(events=("block", "soft_delete", "unassign"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(sealing, "hold", nothing)
