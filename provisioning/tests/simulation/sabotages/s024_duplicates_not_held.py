"""Two people who claim one account are both written."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.engine.planning import references, sealing
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(lenient=True, events=("rename", "add"))


def sabotage() -> AbstractContextManager[Any]:
    stack = ExitStack()
    for module in (sealing, references):
        stack.enter_context(instead(module, "hold_duplicates", nothing))
    return stack
