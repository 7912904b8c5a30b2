"""Every mapped attribute is written, whether it differs or not."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.core import evaluate
from provisioning.core.diff import Change
from provisioning.engine.execution import tasks
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead, nothing

FAVOURS = Favours(events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    def all_of_them(wanted: Any, resource: Any, kind: Any) -> tuple[Change, ...]:
        return tuple(Change(path, path.get(resource), value) for path, value in wanted.items())

    stack = ExitStack()
    stack.enter_context(instead(tasks, "_compare_with_link", nothing))
    stack.enter_context(instead(evaluate, "differences", all_of_them))
    return stack
