"""A mail that could not be delivered counts as sent."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import notices
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("mail_down", "revoke"))


def sabotage() -> AbstractContextManager[Any]:
    def deliver(notice: Any, now: Any) -> bool:
        notice.sent = now
        notice.save()
        return True

    return instead(notices, "_deliver", deliver)
