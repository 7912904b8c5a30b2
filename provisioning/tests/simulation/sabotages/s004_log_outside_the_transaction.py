"""Log entry, link and row of an outcome are committed one by one, not together."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

from provisioning.engine import recording
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(kill=0.08, events=("change", "rename"))


def sabotage() -> AbstractContextManager[Any]:
    return instead(recording, "transaction", SimpleNamespace(atomic=nullcontext))
