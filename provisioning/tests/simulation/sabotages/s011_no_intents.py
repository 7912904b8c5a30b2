"""Requests are sent before anything says that they will be."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.execution import batch
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(lenient=True, kill=0.06, events=("change", "add"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(batch, "_store_intents", nothing)
