"""A unit is done before what comes after it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from django.db import transaction

from provisioning.engine import closing, recovery
from provisioning.engine.execution import batch
from provisioning.engine.leases import LeaseLost
from provisioning.engine.planning import listing, references, scope, sealing
from provisioning.models import WorkUnit
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(kill=0.06, events=("change",))


def sabotage() -> AbstractContextManager[Any]:
    @contextmanager
    def finishing(work: Any) -> Iterator[None]:
        with transaction.atomic():
            yield
            WorkUnit.objects.filter(pk=work.unit.pk).update(payload=work.unit.payload)
            if not work.unit.finish():
                raise LeaseLost(str(work.unit))
        work.advance()

    stack = ExitStack()
    for module in (batch, closing, listing, recovery, references, scope, sealing):
        stack.enter_context(instead(module, "finishing", finishing))
    return stack
