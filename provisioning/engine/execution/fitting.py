"""An account read anew: what of its row still fits, and when the row fits no longer.

Nothing is sent that was not in the row. What the account holds already is left out; when it holds
something that the row was not planned from, the row is stale and none of it is sent (F26).
"""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import NoTarget, VersionMismatch
from provisioning.core.fitting import Moved, fitting
from provisioning.core.resource import Resource
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine.execution.outcome import Outcome, Task, see
from provisioning.scim.versions import version_of

WHO_IT_IS = ("userName", "externalId", "displayName", "active")
"""What is compared before an account without versions is deleted."""
NOT_THE_ACCOUNTS = ("meta", "schemas", "members")
"""Members of a resource that change without anybody changing the account."""


class NoLongerFits(Exception):
    """The account is not the one that the row was planned from."""

    def __init__(self, moved: tuple[Moved, ...]) -> None:
        super().__init__(f"{len(moved)} values are not as they were")
        self.moved = moved


def keep_what_fits(task: Task, account: Resource) -> None:
    """Take the account as it was just read for the task's, and leave out what it holds already.

    Raises `NoLongerFits` when it holds a value that the row was not planned from.
    """
    before, version = task.seen.resource, task.seen.version
    see(task, account)
    if task.operation is Operation.DELETE:
        _check_unchanged(before, version, account)
    fit = fitting(task.changes, account, task.kind, task.seen.echo)
    if fit.moved:
        raise NoLongerFits(fit.moved)
    task.changes = fit.rest


def stale(task: Task, moved: tuple[Moved, ...]) -> Outcome:
    """The outcome of a row that no longer fits; the refusal that showed it is told with it."""
    if task.refused and isinstance(task.refused[-1].error, VersionMismatch | NoTarget):
        task.refused.pop()
    task.row.params["moved"] = [one.as_list() for one in moved]
    return Outcome(task, RowState.STALE, task.operation)


def _check_unchanged(before: Resource, version: str, account: Resource) -> None:
    """An account that is to be deleted is touched as a whole: any change of it counts."""
    now = version_of(account)
    versions = bool(version and now)
    if versions and version == now:
        return
    moved = _differing(before, account, list({**before, **account}) if versions else WHO_IT_IS)
    if versions or moved:
        raise NoLongerFits(moved)


def _differing(before: Resource, account: Resource, names: Sequence[str]) -> tuple[Moved, ...]:
    """The attributes that differ; nothing of them would be sent, the account would be deleted."""
    paths = [AttributePath.parse(n) for n in names if ":" not in n and n not in NOT_THE_ACCOUNTS]
    values = [(path, path.get(before), path.get(account)) for path in paths]
    return tuple(Moved(path, old, now, None) for path, old, now in values if old != now)
