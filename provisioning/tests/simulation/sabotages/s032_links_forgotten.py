"""An account that was written is not linked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import recording
from provisioning.tests.simulation.sabotages import instead, nothing


def sabotage() -> AbstractContextManager[Any]:
    return instead(recording, "save_links", nothing)
