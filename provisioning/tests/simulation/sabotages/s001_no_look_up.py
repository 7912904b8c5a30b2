"""No look-up before a create: whoever has no link is created."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import matching
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(lenient=True)


def sabotage() -> AbstractContextManager[Any]:
    return instead(matching, "_find_all", lambda work, wanted: [None] * len(wanted))
