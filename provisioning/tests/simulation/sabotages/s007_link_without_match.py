"""Whatever a look-up answers is taken for the account that was looked for."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.engine.planning import looking_up
from provisioning.scim import client
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(lenient=True, answers=("ignore_filter",), events=("add",))


def sabotage() -> AbstractContextManager[Any]:
    stack = ExitStack()
    stack.enter_context(instead(client, "_has", lambda *_: True))
    first = lambda path, value, found, kind=None: found[0] if found else None  # noqa: E731
    stack.enter_context(instead(looking_up, "one_of", first))
    return stack
