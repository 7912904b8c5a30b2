"""A userName that another account has is not given away, though the target would let us (I01).

RFC 7643 makes userName unique and most targets refuse a second one. Of those that do not, the name
is looked up before an account is renamed: two people who exchange their addresses are held, as they
are where the target itself refuses the first of the two (F39).
"""

from __future__ import annotations

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import matches
from provisioning.core.errors import Conflict
from provisioning.core.resource import Kind
from provisioning.core.wording import gettext_noop
from provisioning.engine.execution.outcome import Task
from provisioning.scim.client import ScimClient

NAME = AttributePath.parse("userName")


def refuse_a_taken_name(client: ScimClient, task: Task) -> None:
    """Raises `Conflict` when the task gives an account the name of another one."""
    if client.quirks.uniqueness_enforced or task.kind is not Kind.USER:
        return
    for change in task.changes:
        if change.path != NAME or not isinstance(change.new, str):
            continue
        named = client.find(Kind.USER, NAME, change.new)
        exact = [one for one in named if matches(NAME, Kind.USER, change.new, NAME.get(one))]
        if any(one.get("id") != task.seen.target_id for one in exact):
            raise Conflict(
                gettext_noop("Another account is called %(name)s already."),
                params={"name": change.new},
            )
