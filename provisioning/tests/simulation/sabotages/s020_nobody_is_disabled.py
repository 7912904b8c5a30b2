"""Leaving changes nothing at the target."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.core import evaluate
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("block", "unassign"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(evaluate, "_leaving_changes", lambda *_: ())
