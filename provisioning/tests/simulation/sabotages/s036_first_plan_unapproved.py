"""The first plan is run without anybody's approval."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import sealing
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(unapproved=True)


def sabotage() -> AbstractContextManager[Any]:
    return instead(sealing, "_approved", lambda job: True)
