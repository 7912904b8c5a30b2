"""Nobody is assigned through a group."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.facts import Facts
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("unassign",))


def sabotage() -> AbstractContextManager[Any]:
    return instead(Facts, "_assignments_through_groups", lambda self, rows: {})
