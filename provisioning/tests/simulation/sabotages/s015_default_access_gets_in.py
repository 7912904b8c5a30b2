"""People whose only role is Default Access are provisioned."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.core.entitlement import Entitlement
from provisioning.core.entitlement import entitlement as evaluated
from provisioning.core.vocabulary import Reason
from provisioning.engine.planning import matching, scope
from provisioning.tests.simulation.knobs import Favours
from provisioning.tests.simulation.sabotages import instead

FAVOURS = Favours(events=("unassign",))


def sabotage() -> AbstractContextManager[Any]:
    def everybody(definition: Any, subject: Any, entitlement: Any = evaluated) -> Entitlement:
        found = entitlement(definition, subject)
        kept = tuple(one for one in found.reasons if one.reason != Reason.DEFAULT_ACCESS_ONLY)
        return Entitlement(kept)

    stack = ExitStack()
    stack.enter_context(instead(scope, "entitlement", everybody))
    stack.enter_context(instead(matching, "entitlement", everybody))
    return stack
