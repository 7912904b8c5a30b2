"""The request that a row of a plan would become, for people who look at it: nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.core.patch import Dialect
from provisioning.core.redaction import hide
from provisioning.core.resource import Kind, Value
from provisioning.core.vocabulary import Operation
from provisioning.engine.credentials import quirks_of
from provisioning.engine.execution.bodies import body_of, patch_of
from provisioning.engine.execution.tasks import task_of
from provisioning.models import PlanRow

ENDPOINTS = {Kind.USER: "/Users", Kind.GROUP: "/Groups"}


@dataclass(frozen=True, slots=True)
class Foretold:
    """Method, path below the Tenant URL and body."""

    method: str
    path: str
    body: Value = None


def request_of(row: PlanRow, dialect: Dialect) -> Foretold | None:
    """What would be sent now, as people may see it; nothing when the account holds everything."""
    if row.operation == Operation.FAILED:
        return None
    task = task_of(row)
    endpoint = ENDPOINTS[task.kind]
    if task.nothing_to_send:
        return None
    if task.operation is Operation.CREATE:
        return Foretold("POST", endpoint, hide(body_of(task), row.secrets))
    path = f"{endpoint}/{task.seen.target_id}"
    if task.operation is Operation.DELETE:
        return Foretold("DELETE", path)
    body = patch_of(task, dialect, quirks_of(row.plan.job.application))
    return Foretold("PATCH", path, hide(body, row.secrets)) if body else None
