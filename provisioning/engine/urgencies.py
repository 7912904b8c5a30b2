"""In which of the governor's lanes the requests of a unit wait, and what quiet hours permit."""

from __future__ import annotations

from collections.abc import Callable

from provisioning.core.errors import MaintenanceNow, QuietNow
from provisioning.core.vocabulary import Phase
from provisioning.core.wording import gettext_noop
from provisioning.engine.clock import Clock
from provisioning.models import Connection, Cycle
from provisioning.models.cycle import Purpose
from provisioning.scim.urgency import Urgency
from provisioning.scim.verbs import Verb


def urgency_of(cycle: Cycle, phase: str, verb: Verb) -> Urgency:
    """Removals first, then what a person waits for, then changes, and creates last.

    Reads are part of what they are made for: of a removal, of a run on demand, else of a change.
    """
    if phase == Phase.REMOVALS or cycle.purpose == Purpose.REMOVALS:
        return Urgency.REMOVAL
    if cycle.purpose == Purpose.ON_DEMAND or cycle.only_id is not None:
        return Urgency.ON_DEMAND
    return Urgency.CREATE if verb is Verb.CREATE else Urgency.CHANGE


def permitted_by(connection: Connection) -> Callable[[Urgency], float | None]:
    """How many requests a minute quiet hours and maintenance permit; `None` is no limit.

    What a person asks for on demand goes through. Else it raises `QuietNow` while nothing may.
    """

    def permitted(urgency: Urgency) -> float | None:
        if urgency is not Urgency.ON_DEMAND and connection.maintained_until(Clock().now()):
            raise MaintenanceNow(gettext_noop("The application is being maintained."))
        until = connection.quiet_until(Clock().now()) if connection.quiet_hours else None
        if until is None or (
            urgency is Urgency.ON_DEMAND and not connection.quiet_requests_per_minute
        ):
            return None
        if connection.quiet_requests_per_minute:
            return float(connection.quiet_requests_per_minute)
        raise QuietNow(
            gettext_noop("The quiet hours of this application (%(hours)s) have begun."),
            params={"hours": connection.quiet_hours},
        )

    return permitted
