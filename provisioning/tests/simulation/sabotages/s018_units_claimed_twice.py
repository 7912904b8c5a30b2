"""A unit is claimed whoever holds it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.models.unit import WorkUnitQuerySet
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(kill=0.01, events=("change", "add"))


def sabotage() -> AbstractContextManager[Any]:
    def anything(self: Any, now: Any) -> Any:
        return self.exclude(state="done")

    return instead(WorkUnitQuerySet, "claimable", anything)
