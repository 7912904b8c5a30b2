"""A log entry does not say what was there before."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import entries
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("change", "block"))


def sabotage() -> AbstractContextManager[Any]:
    def properties(changes: Any, made: Any = entries._properties) -> list[dict[str, Any]]:
        return [{**one, "oldValue": None} for one in made(changes)]

    return instead(entries, "_properties", properties)
