"""Outcomes become true: log entry, link, members, standing, escrow and row in one transaction.

A group of at most 50 outcomes is written together. Exactly one log entry per writing request,
adoption, failure or newly held row (interface.md, Log entries).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from provisioning.core.vocabulary import Operation, Phase, Reason, RowState
from provisioning.engine.entries import entry_of, failure_entry, held_entry
from provisioning.engine.escrows import count_failure, is_maintained
from provisioning.engine.execution.outcome import Outcome
from provisioning.engine.linking import (
    forget_links,
    refresh_links,
    refuse_shared_accounts,
    save_links,
)
from provisioning.engine.sentences import why_held
from provisioning.engine.spoken import stored_error
from provisioning.engine.standings import save_standings
from provisioning.engine.work import Recording, Work
from provisioning.models import DirectoryObject, Escrow, PlanRow, Standing, bulk
from provisioning.models.cycle import Purpose


def record(work: Work, outcomes: Sequence[Outcome]) -> None:
    """Write a group of outcomes. Raises `LeaseLost` when the unit is somebody else's by now."""
    with transaction.atomic():
        work.make_sure()
        work.keep_requests()
        refuse_shared_accounts(work, outcomes)
        bulk.insert([entry for outcome in outcomes for entry in entry_of(work, outcome)])
        save_links(work, [o for o in outcomes if o.applied])
        stale = [o for o in outcomes if o.state is RowState.STALE]
        refresh_links(work, stale)
        _look_again(work, outcomes, stale)
        forget_links(work, outcomes)
        _settle_rows(outcomes)
        _settle_escrows(work, outcomes)
        save_standings(_standings(work, outcomes))


def record_failures(work: Work) -> None:
    """Rows that failed while planning: their entries, escrows and standings."""
    rows = PlanRow.objects.filter(plan=work.plan, operation=Operation.FAILED, log__isnull=True)
    for page in _pages(list(rows.select_related("object"))):
        bulk.insert([failure_entry(work, row) for row in page])
        for row in page:
            count_failure(work, row, str(row.error["code"]), str(row.error["reason"]))
        save_standings([_standing(work, row, _failed_code(row.reason), row.error) for row in page])


def record_held(work: Recording, rows: Sequence[PlanRow]) -> None:
    """Rows that wait for a person: staged in the log once, when they become held."""
    for page in _pages(rows):
        waiting = set(
            Standing.objects.filter(
                job=work.cycle.job,
                code=Reason.WAITING_FOR_APPROVAL,
                object_id__in=[row.object_id for row in page],
            ).values_list("object_id", flat=True)
        )
        new = [row for row in page if row.object_id not in waiting]
        bulk.insert([held_entry(work, row) for row in new])
        # A group may wait with several requests.
        each = {row.object_id: row for row in new}.values()
        save_standings(
            [_standing(work, row, Reason.WAITING_FOR_APPROVAL, _why_held(row)) for row in each]
        )


def _why_held(row: PlanRow) -> dict[str, object]:
    """The parameters of a row that waits, with what it would take away as its reasons."""
    return {**row.params, "because": why_held(row.params)}


def _look_again(work: Work, outcomes: Sequence[Outcome], stale: Sequence[Outcome]) -> None:
    """Who is looked at by the next cycle: whoever's row no longer fits, whose account was found
    otherwise than it was sent, and whoever got an account on demand, after the rest of their plan,
    or from an earlier cycle as reading back shows: their reports and groups could not know of it.
    """
    differing = [o for o in outcomes if o.applied and o.differs]
    DirectoryObject.objects.mark([o.task.row.object_id for o in (*stale, *differing)])
    new = (Operation.CREATE, Operation.ADOPT)
    rows = [o.task.row for o in outcomes if o.applied and o.operation in new]
    alone = work.cycle.purpose == Purpose.ON_DEMAND or work.unit.phase == Phase.RECOVER
    DirectoryObject.objects.mark([row.object_id for row in rows if alone or row.by_name])


def _settle_rows(outcomes: Iterable[Outcome]) -> None:
    """New states of the rows: those that simply succeeded in one statement for all of them."""
    plain = []
    for outcome in outcomes:
        row = outcome.task.row
        if outcome.applied and row.operation == outcome.operation and not row.error:
            plain.append(row.pk)
            continue
        row.state, row.operation = outcome.state, outcome.operation
        row.error = _error(outcome)
        row.save(update_fields=["state", "operation", "error", "params"])
    PlanRow.objects.filter(pk__in=plain).update(state=RowState.DONE)


def _settle_escrows(work: Work, outcomes: Sequence[Outcome]) -> None:
    failures = {o.task.row.object_id: o for o in outcomes if o.error is not None and not o.applied}
    done = {o.task.row.object_id for o in outcomes if o.applied} - set(failures)
    Escrow.objects.filter(job=work.job, object_id__in=done).delete()
    excused = bool(failures) and is_maintained(work.job)
    for outcome in failures.values():
        if outcome.error is not None:
            error, row = outcome.error, outcome.task.row
            count_failure(work, row, error.code, error.message, excused=excused)


def _standings(work: Work, outcomes: Iterable[Outcome]) -> list[Standing]:
    latest: dict[object, Standing] = {}
    for outcome in outcomes:
        row = outcome.task.row
        if outcome.state is RowState.STALE:
            continue
        if outcome.state is RowState.ABANDONED and not outcome.task.missing:
            continue
        if outcome.operation is Operation.DELETE and outcome.applied:
            code: str = Reason.NOT_EFFECTIVELY_ENTITLED
        elif outcome.error is not None and not outcome.applied:
            code = _failed_code(outcome.error.code if outcome.error else "")
        elif outcome.operation is Operation.DISABLE:
            code = Reason.NOT_EFFECTIVELY_ENTITLED
        elif outcome.task.missing:
            code = Reason.WAITING_FOR_REFERENCE
        else:
            code = Reason.PROVISIONED
        latest[row.object_id] = _standing(work, row, code, _error(outcome) or row.params)
    return list(latest.values())


def _standing(work: Recording, row: PlanRow, code: str, params: dict[str, object]) -> Standing:
    because = params.get("because") if "reason" not in params else None
    return Standing(
        job_id=work.cycle.job_id,
        object_id=row.object_id,
        code=code,
        reasons=because or [{"reason": str(row.reason), "params": params}],
        revision=row.revision,
        definition_version=work.cycle.definition.version,
        since=work.now,
    )


def _failed_code(code: str) -> str:
    known = (Reason.DUPLICATE_SOURCE, Reason.DUPLICATE_TARGET)
    return code if code in known else Reason.FAILED


def _error(outcome: Outcome) -> dict[str, object]:
    error = outcome.error
    if error is None or outcome.state is RowState.DONE:
        return {}
    return stored_error(error)


def _pages(rows: Sequence[PlanRow]) -> Iterable[Sequence[PlanRow]]:
    return (rows[start : start + 200] for start in range(0, len(rows), 200))
