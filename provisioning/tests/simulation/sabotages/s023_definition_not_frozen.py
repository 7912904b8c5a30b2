"""A cycle goes by what is configured now, not by what it began with."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine.work import Work
from provisioning.models import Job
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(kill=0.06, pause=0.06, events=("edit_title",))


def sabotage() -> AbstractContextManager[Any]:
    def newest(work: Any) -> Any:
        definition = Job.objects.get(pk=work.job.pk).definition
        return definition and definition.as_definition()

    return instead(Work, "definition", property(newest))
