"""Whoever is gone is deleted at once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from provisioning.core import evaluate
from provisioning.tests.simulation.sabotages import instead
from provisioning.tests.simulation.world import Favours

FAVOURS = Favours(events=("remove",))


def sabotage() -> AbstractContextManager[Any]:
    def removal(*given: Any, removal: Any = evaluate._removal) -> Any:
        definition, subject, entitled, account, now = given
        return removal(definition, subject, entitled, account, now + timedelta(days=2))

    return instead(evaluate, "_removal", removal)
