"""Whoever failed is never tried again."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import recording
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(faults=("timeout", "status"), events=("change", "add"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(recording, "count_failure", nothing)
