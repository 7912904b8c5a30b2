"""What a task says in a request: the body of a create, and the PATCH in the target's dialect."""

from __future__ import annotations

from provisioning.core.attribute_path import AttributePath
from provisioning.core.patch import Dialect, create_body, members_body, patch_body
from provisioning.core.resource import Value
from provisioning.engine.execution.outcome import Task
from provisioning.scim.quirks import Quirks


def body_of(task: Task) -> dict[str, Value]:
    """The resource a create sends; a group takes its first members with it."""
    wanted: dict[AttributePath, Value] = {change.path: change.new for change in task.changes}
    body = create_body(wanted, task.kind)
    if task.add:
        body["members"] = [{"value": member} for member in task.add]
    return body


def patch_of(task: Task, dialect: Dialect, quirks: Quirks) -> dict[str, Value] | None:
    """The PATCH of a task, or nothing when the account holds everything already."""
    spoken = spoken_dialect(dialect, quirks)
    if task.add or task.remove:
        as_lists = quirks.members_leave_as_list
        return members_body(task.add, task.remove, spoken, task.changes, as_lists=as_lists)
    return patch_body(task.changes, spoken, task.seen.resource) if task.changes else None


def spoken_dialect(dialect: Dialect, quirks: Quirks) -> Dialect:
    """The form of PATCH that the target understands, by its passport."""
    if quirks.patch_as_entra:
        return Dialect.ENTRA
    without_paths = dialect is Dialect.RFC and not quirks.patch_paths
    return Dialect.PATHLESS if without_paths else dialect
