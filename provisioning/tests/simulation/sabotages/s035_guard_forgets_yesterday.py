"""The guard counts this plan only, not the last 24 hours."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import guarding
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("block", "soft_delete", "unassign", "look_now"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(guarding, "_recent", lambda work, counts: Counter())
