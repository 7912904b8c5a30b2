"""Nobody who waits is ever looked at again."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import candidates
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(faults=("status",), events=("rename", "look_now"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(candidates, "_waiting", lambda cycle: iter(()))
