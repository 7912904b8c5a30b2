"""A target may fail as often as it likes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import target
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("outage", "change", "add"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(target, "FAULTS_IN_ROW", 1_000_000)
