"""The watermark stays where it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import closing
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    return instead(closing, "_store_progress", nothing)
