"""A lost answer is answered by sending the request again."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.execution.sending import Sender
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(lenient=True, faults=("lost",), events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    return instead(Sender, "_after_lost_answer", lambda self, task, unknown: self._apply(task))
