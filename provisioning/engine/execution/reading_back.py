"""Outcome unknown: what the target really holds, read before anything is sent again.

SCIM has no idempotency key, so a lost answer is resolved by looking: by the stored id, or for a
create by the matching attributes (reliability 1, rule 2).
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal, matches
from provisioning.core.errors import LinkBroken
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.vocabulary import Operation
from provisioning.engine.execution.outcome import Task
from provisioning.scim.client import ScimClient


def read_back(client: ScimClient, task: Task) -> Resource | None:
    """The account as the target shows it now, `None` when there is none."""
    if task.operation is Operation.CREATE:
        return find_again(client, task)
    try:
        return client.read(task.kind, task.seen.target_id)
    except LinkBroken:
        return None


def find_again(client: ScimClient, task: Task) -> Resource | None:
    """The one account that the task's matching values find, `None` for none or several."""
    for path, value in task.row.matching or _by_name(task):
        parsed = AttributePath.parse(str(path))
        hits = client.find(task.kind, parsed, scalar(value))
        exact = [one for one in hits if matches(parsed, task.kind, value, parsed.get(one))]
        if exact:
            return exact[0] if len(exact) == 1 else None
    return None


def is_applied(task: Task, resource: Resource | None) -> bool:
    """Whether the account shows everything that the task asked for."""
    if task.operation is Operation.DELETE:
        return resource is None
    if resource is None:
        return False
    if task.operation is Operation.CREATE:
        return True
    values = all(
        equal(change.path, task.kind, change.new, change.path.get(resource))
        for change in task.changes
    )
    return values and members_applied(task, resource)


def members_applied(task: Task, resource: Resource) -> bool:
    """Whether the group shows everybody who should have joined, and nobody who should have left."""
    if not task.add and not task.remove:
        return True
    shown = shown_members(resource)
    return shown.issuperset(task.add) and shown.isdisjoint(task.remove)


def shown_members(resource: Resource) -> set[str]:
    """The target ids that a group shows as its members."""
    members = resource.get("members")
    return {
        str(one.get("value"))
        for one in (members if isinstance(members, list) else [])
        if isinstance(one, Mapping)
    }


def scalar(value: Value) -> str | bool | int | float:
    """A matching value as a filter can carry it: lists and objects only as their text."""
    return value if isinstance(value, str | bool | int | float) else str(value)


def _by_name(task: Task) -> list[list[Value]]:
    """A group's create has no stored matching values: its name is in its changes."""
    name = "displayName" if task.kind is Kind.GROUP else "userName"
    return [[name, change.new] for change in task.changes if str(change.path) == name]
