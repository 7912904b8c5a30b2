"""The first change after the watermark is not seen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.planning import candidates
from provisioning.models import DirectoryObject
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    def too_late(
        cycle: Any, kind: str, reach: Any, candidates_of: Any = candidates._candidates
    ) -> Any:
        if cycle.watermark_from is None:
            return candidates_of(cycle, kind, reach)
        after = cycle.watermark_from + 1
        return DirectoryObject.objects.filter(kind=kind, change_number__gt=after)

    return instead(candidates, "_candidates", too_late)
