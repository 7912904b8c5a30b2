"""Phase *recover*: settle what an earlier cycle left open, and ask a quarantined target one thing.

A request whose answer was never seen is read back. If it was applied it is recorded now, once; if
not, its object is planned like any other: its escrow, or the watermark that did not move, sees to
it.
"""

from __future__ import annotations

from uuid import uuid4

from django.db.models import QuerySet

from provisioning.core.errors import ObjectRejected
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import RowState
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.execution.outcome import Outcome, Task
from provisioning.engine.execution.sending import Sender
from provisioning.engine.execution.tasks import OPEN, tasks_by_object
from provisioning.engine.execution.waiting_out import wait_out
from provisioning.engine.recognising import DUE, recognise
from provisioning.engine.recording import record
from provisioning.engine.work import Work, finishing
from provisioning.models import Cycle, Job, PlanRow


def needed(cycle: Cycle) -> bool:
    """Whether there is anything to settle before planning."""
    due = bool(cycle.job.fingerprint.get(DUE))
    return cycle.job.quarantined or due or _open_rows(cycle).exists()


def run(work: Work) -> None:
    """Probe, then read back every open row of earlier plans. Raises `TargetUnavailable`."""
    if work.job.quarantined:
        _probe(work)
    if work.job.quarantined or work.job.fingerprint.get(DUE):
        _recognise(work)
    found = _open_rows(work.cycle).select_related("object", "unit")
    rows = list(found.order_by("object_id", "part"))
    if rows:
        wait_out(work, rows)
        sender = Sender(work.target.client, work.definition.dialect, work.sleep)
        for queue in tasks_by_object(work, rows):
            record(work, [said for task in queue if (said := _confirm(work, sender, task))])
    with finishing(work):
        PlanRow.objects.filter(pk__in=[row.pk for row in rows], state__in=OPEN).update(
            state=RowState.ABANDONED
        )


def _recognise(work: Work) -> None:
    """After a change of address or credential, and before a target that was unwell is written to
    again (F42).
    """
    changed = recognise(work)
    if changed is not None:
        raise changed
    Job.objects.filter(pk=work.job.pk).update(fingerprint={})


def _confirm(work: Work, sender: Sender, task: Task) -> Outcome | None:
    """The outcome of a request if it was applied; a question that is refused tells nothing."""
    try:
        with contained(task.row.object_id):
            return work.target.read(lambda _: sender.confirm(task))
    except (ObjectRejected, InternalFault):
        return None


def _open_rows(cycle: Cycle) -> QuerySet[PlanRow]:
    rows = PlanRow.objects.filter(plan__job=cycle.job, state__in=OPEN)
    return rows.exclude(plan=cycle.plan) if cycle.plan_id else rows


def _probe(work: Work) -> None:
    """One read that finds nobody: it succeeds as soon as the target is healthy again."""
    path = work.definition.users.matching[0].target
    try:
        work.target.read(lambda client: client.find(Kind.USER, path, str(uuid4())))
    except ObjectRejected:
        # It answered: what it thinks of the question is not a matter of health.
        return
