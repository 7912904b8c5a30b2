"""A plan does not count its rows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.core.vocabulary import Operation
from provisioning.engine.planning import sealing
from provisioning.tests.simulation.sabotages import instead


def sabotage() -> AbstractContextManager[Any]:
    return instead(sealing, "counts_of", lambda plan: dict.fromkeys(Operation, 0))
