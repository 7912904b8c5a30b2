"""Log entries: what happened to one object, why, in which steps, by which requests.

Field names are Entra's (entra-provisioning 14); sentences are made from code and parameters when
an entry is read, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from provisioning.core.redaction import hide_in_text, shown
from provisioning.core.resource import Value
from provisioning.core.vocabulary import REMOVALS, Action, Operation, Reason, RowState, Status
from provisioning.engine.execution.outcome import Outcome, Task
from provisioning.engine.planning.rows import stored_changes
from provisioning.engine.spoken import message_in, stored
from provisioning.engine.standings import step
from provisioning.engine.work import Recording, Work
from provisioning.models import LogEntry, PlanRow

ACTIONS = {
    Operation.CREATE: Action.CREATE,
    Operation.UPDATE: Action.UPDATE,
    Operation.ENABLE: Action.UPDATE,
    Operation.MEMBERSHIP: Action.UPDATE,
    Operation.DISABLE: Action.DISABLE,
    Operation.DELETE: Action.DELETE,
}

EXPORT_STEPS = {
    Operation.CREATE: "EntryExportAdd",
    Operation.DISABLE: "EntryExportUpdateSoftDelete",
    Operation.DELETE: "EntryExportDelete",
}


def entry_of(work: Work, outcome: Outcome) -> Iterable[LogEntry]:
    """The entry of an outcome, after one for each request that was refused on the way."""
    if outcome.state is RowState.ABANDONED:
        return
    if outcome.state is RowState.STALE:
        yield _stale_entry(work, outcome)
        return
    for refused in outcome.refused:
        for entry in entry_of(work, refused):
            # The object went on: what became of it is the next entry's to say.
            entry.status = Status.WARNING
            yield entry
    if _needed_no_write(outcome):
        return
    task = outcome.task
    entry = _entry(work, task.row, outcome.operation)
    entry.action = _action(outcome)
    entry.status = Status.SUCCESS if outcome.applied else Status.FAILURE
    entry.target_id = task.seen.target_id
    entry.milliseconds = outcome.milliseconds
    entry.exchanges = outcome.exchanges
    entry.modified = modified_properties(task)
    if outcome.error is not None and not outcome.applied:
        entry.error = _error_document(outcome)
        entry.reason = outcome.error.code
        entry.params = {**entry.params, **stored(outcome.error)}
    entry.params = {**entry.params, "confirmed": outcome.confirmed, "missing": task.missing}
    entry.steps = _steps(entry, task, outcome)
    yield entry


def _stale_entry(work: Work, outcome: Outcome) -> LogEntry:
    """The entry of a row that no longer fits its account: what it holds, what would be sent now."""
    task = outcome.task
    entry = _entry(work, task.row, outcome.operation)
    entry.action = _action(outcome)
    entry.status = Status.WARNING
    entry.reason = Reason.NO_LONGER_FITS
    entry.target_id = task.seen.target_id
    entry.milliseconds, entry.exchanges = outcome.milliseconds, outcome.exchanges
    moved = task.row.moved
    planned = _properties([path, old, new] for path, old, _, new in moved)
    entry.modified = _properties([path, now, new] for path, _, now, new in moved)
    entry.params = {
        **entry.params, "stale": True, "properties": [path for path, *_ in moved],
    }  # fmt: skip
    entry.steps = [
        step("EntryImport", "import", Status.SUCCESS, {"name": task.row.object.display_name}),
        step("EntryExportStale", "export", Status.WARNING,
             {"operation": outcome.operation.value, "planned": planned}),
    ]  # fmt: skip
    return entry


def _needed_no_write(outcome: Outcome) -> bool:
    """Whether the account, read anew, held everything already: nothing was done."""
    if not outcome.applied or outcome.confirmed or outcome.operation is Operation.ADOPT:
        return False
    return all(exchange["method"] == "GET" for exchange in outcome.exchanges)


def failure_entry(work: Work, row: PlanRow) -> LogEntry:
    """The entry of an object about which nothing could be decided: no request was made."""
    entry = _entry(work, row, Operation.FAILED)
    entry.action, entry.status = Action.OTHER, Status.FAILURE
    entry.error = _with_recommendation(row.error)
    entry.params = {**entry.params, **message_in(row.error)}
    entry.steps = [
        step("EntryImport", "import", Status.SUCCESS, {"name": row.object.display_name}),
        step("EntrySynchronizationSkip", "matching", Status.FAILURE, {"code": row.reason}),
    ]
    return entry


def held_entry(work: Recording, row: PlanRow) -> LogEntry:
    """The entry of a row that waits for a person."""
    entry = _entry(work, row, Operation.HELD)
    entry.action = ACTIONS.get(Operation(row.operation), Action.OTHER)
    entry.status = Status.STAGED
    entry.steps = [
        step("EntryImport", "import", Status.SUCCESS, {"name": row.object.display_name}),
        step("EntryExportHeld", "export", Status.STAGED, {"operation": row.operation}),
    ]
    entry.params = {**entry.params, "held": row.operation}
    entry.modified = _properties(row.shown_changes)
    return entry


def modified_properties(task: Task) -> list[dict[str, Any]]:
    """[{displayName, oldValue, newValue}] of everything the request changed, members included."""
    changed = _properties(shown(stored_changes(task.changes), task.row.redacted))
    for sign, members in (("add", task.add), ("remove", task.remove)):
        for member in members:
            old, new = (None, member) if sign == "add" else (member, None)
            changed.append({"displayName": "members", "oldValue": old, "newValue": new})
    return changed


def _properties(changes: Iterable[Sequence[Value]]) -> list[dict[str, Any]]:
    return [{"displayName": path, "oldValue": old, "newValue": new} for path, old, new in changes]


def _entry(work: Recording, row: PlanRow, operation: Operation) -> LogEntry:
    return LogEntry(
        job_id=work.cycle.job_id,
        cycle_id=work.cycle.pk,
        object_id=row.object_id,
        row_id=row.pk,
        at=work.now,
        kind=row.object.kind,
        source_id=row.object.source_id,
        source_name=row.object.display_name,
        target_id=row.target_id,
        operation=operation,
        reason=row.reason,
        params={"name": row.object.display_name, **row.params},
    )


def _action(outcome: Outcome) -> Action:
    if outcome.operation is Operation.ADOPT:
        return Action.UPDATE if outcome.task.changes else Action.OTHER
    return ACTIONS.get(outcome.operation, Action.OTHER)


def _error_document(outcome: Outcome) -> dict[str, Any]:
    error, secrets = outcome.error, outcome.task.row.secrets
    return {
        "errorCode": error.code if error else "",
        "reason": error.message if error else "",
        "additionalDetails": hide_in_text(error.target_message, secrets) if error else "",
        "errorCategory": "failure",
        "recommendedAction": error.advice if error else "",
    }


def _with_recommendation(error: dict[str, Any]) -> dict[str, Any]:
    return {
        "errorCode": error.get("code", ""),
        "reason": error.get("reason", ""),
        "additionalDetails": "",
        "errorCategory": "failure",
        "recommendedAction": error.get("recommendedAction", ""),
    }


def _steps(entry: LogEntry, task: Task, outcome: Outcome) -> list[dict[str, Any]]:
    """Import, scope, match, provision: what was found out, in order (entra-provisioning 14.2)."""
    row = task.row
    because = row.params.get("because", [])
    left = Operation(row.operation) in REMOVALS
    export = EXPORT_STEPS.get(outcome.operation, "EntryExportUpdate")
    details: dict[str, Any] = {"operation": outcome.operation.value, "confirmed": outcome.confirmed}
    if task.missing:
        details["UnableToResolveReferenceAttributeValue"] = sorted(task.missing)
    return [
        step("EntryImport", "import", Status.SUCCESS, {"name": row.object.display_name}),
        step("EntrySynchronizationScoping", "scoping", Status.SUCCESS,
             {"inScope": not left, "reasons": because if left else []}),
        step("EntryMatching", "matching", Status.SUCCESS,
             {"matching": row.shown_matching, "targetId": task.seen.target_id}),
        step(export, "export", entry.status, details),
    ]  # fmt: skip
