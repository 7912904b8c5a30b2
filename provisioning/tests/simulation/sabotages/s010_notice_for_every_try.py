"""Every unhealthy cycle tells of the quarantine anew."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from provisioning.engine import notices, quarantine
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("revoke", "look_now"))


def sabotage() -> AbstractContextManager[Any]:
    def enter(cycle: Any, *given: Any, enter: Any = quarantine.enter) -> None:
        known = cycle.job.quarantined
        enter(cycle, *given)
        if known:
            with patch.object(notices, "_key", lambda _: f"quarantine {cycle.pk}"):
                notices.tell_of_quarantine(cycle.job, given[-1])

    return instead(quarantine, "enter", enter)
