"""A source that lost nearly everybody is believed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.sources.removal import Shrinkage
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("empty_import",))


def sabotage() -> AbstractContextManager[Any]:
    return instead(Shrinkage, "suspicious", False)
