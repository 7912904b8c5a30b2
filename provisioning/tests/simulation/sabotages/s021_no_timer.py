"""Whoever is gone is deleted at once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from provisioning.core.leaving import Event, Leaving, Removal, Since
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("remove",))


def sabotage() -> AbstractContextManager[Any]:
    decide = Leaving.removal

    def removal(rules: Leaving, events: Iterable[Event], since: Since, now: datetime) -> Removal:
        return decide(rules, events, dict.fromkeys(events, now - timedelta(days=2)), now)

    return instead(Leaving, "removal", removal)
