"""A target without PATCH is written by PUT: read whole, changed here, put back (RFC 7644, 3.5.1).

Only an account that was just read may be put back: what a replacement does not name is taken away.
"""

from __future__ import annotations

from dataclasses import replace

from provisioning.core.errors import ProvisioningError
from provisioning.core.replacement import replacement_body, with_members
from provisioning.core.resource import Value
from provisioning.engine.execution.fitting import keep_what_fits
from provisioning.engine.execution.outcome import Task
from provisioning.engine.execution.reading_back import members_applied
from provisioning.scim.client import ScimClient

_NOT_OFFERED = frozenset({405, 501})


def replacement(client: ScimClient, task: Task) -> dict[str, Value] | None:
    """The account of the task as it should be, or nothing when it is so already.

    Raises `NoLongerFits` when it is not the account that the task was planned from.
    """
    resource = client.read(task.kind, task.seen.target_id)
    keep_what_fits(task, resource)
    if not task.changes and members_applied(task, resource):
        return None
    if task.add or task.remove:
        resource = with_members(resource, task.add, task.remove)
    return replacement_body(task.changes, resource, task.kind)


def gives_up_patch(client: ScimClient, error: ProvisioningError) -> bool:
    """Whether the refusal says that the target has no PATCH at all: from here on it gets PUT."""
    if error.status not in _NOT_OFFERED:
        return False
    client.quirks = replace(client.quirks, patch_supported=False)
    return True
