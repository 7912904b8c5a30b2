"""Who lost the lease goes on as if nothing had happened."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.engine.work import Work
from provisioning.models import WorkUnit
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(pause=0.08, events=("change", "rename", "add"))


def sabotage() -> AbstractContextManager[Any]:
    stack = ExitStack()
    stack.enter_context(instead(Work, "permit", nothing))
    stack.enter_context(instead(Work, "make_sure", nothing))
    stack.enter_context(instead(WorkUnit, "still_mine_locked", lambda self: True))
    return stack
