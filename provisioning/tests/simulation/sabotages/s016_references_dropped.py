"""A manager without an account yet is forgotten."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import rows
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("move",))


def sabotage() -> AbstractContextManager[Any]:
    def only_changes(_fact: Any, decision: Any, *_more: Any) -> tuple[list[Any], dict[str, str]]:
        return list(decision.changes), {}

    return instead(rows, "_with_references", only_changes)
