"""One batch of rows: intents first, then requests from a pool of threads, outcomes in groups.

The intents of the batch are committed together before the first byte is sent; outcomes are written
in groups of at most 50 or every 100 ms. What a crash leaves between is read back first (K05–K08).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from time import monotonic

from django.db import transaction

from provisioning.core.errors import ProvisioningError, TargetUnavailable
from provisioning.core.vocabulary import RowState
from provisioning.engine.clock import database_now
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.execution.outcome import Outcome, Task
from provisioning.engine.execution.sending import Sender
from provisioning.engine.execution.tasks import OPEN, tasks_by_object
from provisioning.engine.execution.waiting_out import wait_out
from provisioning.engine.leases import LeaseLost
from provisioning.engine.recognising import TargetChanged, stranger, without_broken
from provisioning.engine.recording import record
from provisioning.engine.target import ends_the_cycle, is_fault
from provisioning.engine.work import LOOK_EVERY, Interrupted, Work, finishing
from provisioning.models import PlanRow

GROUP = 50
GROUP_SECONDS = 0.1
_NOT_READ = ("steps", "object__attributes", "object__search_key")
"""What is large in a row and its object, and says nothing about sending it."""
FRESH_FOR = timedelta(minutes=10)
"""How long a plan's before-images are trusted without reading the account again (design 3)."""


def run(work: Work) -> None:
    """Send the unit's rows. Raises `TargetUnavailable` or `Interrupted`, all outcomes recorded."""
    rows = PlanRow.objects.filter(unit=work.unit, state__in=[RowState.PLANNED, *OPEN])
    rows = rows.select_related("object").defer(*_NOT_READ)
    ordered = list(rows.order_by("object_id", "part"))
    wait_out(work, ordered)
    work.is_alone = True
    queues = tasks_by_object(work, ordered)
    fresh = [row.pk for row in ordered if row.state == RowState.PLANNED]
    _store_intents(work, fresh)
    try:
        _send_all(work, queues, fresh)
    finally:
        work.target.keep_what_was_learnt()
    with finishing(work):
        # Later requests of an object whose earlier one failed were never sent.
        PlanRow.objects.filter(unit=work.unit, state=RowState.INTENT).update(
            state=RowState.ABANDONED
        )


def _store_intents(work: Work, fresh: Sequence[int]) -> None:
    """Say what will be sent before it is. Raises `LeaseLost` when it is somebody else's to send."""
    with transaction.atomic():
        work.make_sure()
        planned = PlanRow.objects.filter(pk__in=fresh, state=RowState.PLANNED)
        if planned.update(state=RowState.INTENT, intent_at=database_now()) < len(fresh):
            # A removal overtook one of them: the unit is begun anew, without it.
            raise LeaseLost(str(work.unit))


def _send_all(work: Work, queues: Sequence[list[Task]], fresh: Sequence[int]) -> None:
    work.target.open()
    sender = Sender(work.target.client, work.definition.dialect, work.sleep, fresh=_is_old(work))
    trouble: Exception | None = None
    took: list[int] = []
    with _giving_up(work, len(queues)) as results:
        for queue in queues:
            work.target.threads.pool.submit(_deliver, results, sender, queue, work)
        for group in _groups(results):
            outcomes = [item for item in group if isinstance(item, Outcome)]
            trouble = trouble or next((x for x in group if isinstance(x, Exception)), None)
            changed = None if isinstance(trouble, TargetChanged) else stranger(work, outcomes)
            trouble = changed or trouble
            if isinstance(trouble, TargetChanged):
                outcomes = without_broken(outcomes)
            if outcomes:
                record(work, outcomes)
                took += [outcome.milliseconds for outcome in outcomes if outcome.applied]
            trouble = trouble or work.interruption()
            if trouble is not None:
                work.stop.set()
    work.target.threads.learn(took)
    if trouble is not None or work.stop.is_set():
        _give_back(work, fresh)
        raise trouble or LeaseLost(str(work.unit))


@dataclass(slots=True)
class _Results:
    """What the threads have done, as they do it; how many answers have not been taken yet.

    The recorder is woken for a group and not for each answer: waking it costs as much as a part of
    a request, while nobody sends.
    """

    open: int
    done: deque[list[Outcome | Exception] | BaseException] = field(default_factory=deque)
    ready: Event = field(default_factory=Event)

    def give(self, answer: list[Outcome | Exception] | BaseException) -> None:
        """Called by a thread, once for each object."""
        self.done.append(answer)
        if len(self.done) >= min(GROUP, self.open):
            self.ready.set()

    def take(self, seconds: float) -> list[Outcome | Exception]:
        """The answers there are, after the time or when they are a group or the last ones.

        Raises what no thread may keep to itself.
        """
        self.ready.wait(seconds)
        self.ready.clear()
        taken: list[Outcome | Exception] = []
        while self.done:
            answer = self.done.popleft()
            self.open -= 1
            if isinstance(answer, BaseException):
                raise answer
            taken += answer
        return taken


@contextmanager
def _giving_up(work: Work, queues: int) -> Iterator[_Results]:
    """Threads begin nothing new once the work is given up, and are waited for."""
    results = _Results(queues)
    try:
        yield results
    except BaseException:
        work.stop.set()
        while results.open:
            with suppress(BaseException):
                results.take(GROUP_SECONDS)
        raise


def _deliver(results: _Results, sender: Sender, queue: list[Task], work: Work) -> None:
    """One object's rows, in a thread; whatever happens, there is an answer."""
    try:
        results.give(_send_queue(sender, queue, work))
    except BaseException as error:  # the recorder raises it where the unit is known
        results.give(error)


def _groups(results: _Results) -> Iterator[list[Outcome | Exception]]:
    """Outcomes as they come, in groups of at most 50 or 100 ms; an empty one when none come."""
    group: list[Outcome | Exception] = []
    since = monotonic()
    while results.open:
        group.extend(results.take(GROUP_SECONDS))
        longest = GROUP_SECONDS if group else LOOK_EVERY
        if len(group) >= GROUP or monotonic() - since >= longest:
            yield group
            group, since = [], monotonic()
    if group:
        yield group


def _send_queue(sender: Sender, queue: list[Task], work: Work) -> list[Outcome | Exception]:
    """The rows of one object, one after the other; a failed one keeps the later ones unsent."""
    outcomes: list[Outcome | Exception] = []
    for task in queue:
        if work.stop.is_set():
            break
        try:
            outcome = _send(sender, task)
        except Interrupted as why:  # while it waited for its turn: nothing was sent
            if type(why) is not Interrupted:
                outcomes.append(why)
            work.stop.set()
            break
        refused = outcome.error is not None and not outcome.applied
        trouble = _trouble(work, outcome)
        if trouble is None or trouble is not outcome.error:
            outcomes.append(outcome)
        if trouble is not None:
            outcomes.append(trouble)
            work.stop.set()
        if refused:
            break
    return outcomes


def _send(sender: Sender, task: Task) -> Outcome:
    """What became of the task; after a defect of ours nobody knows, so it is read back later."""
    try:
        with contained(task.row.object_id):
            return sender.send(task)
    except InternalFault as fault:
        return Outcome(task, RowState.UNKNOWN, task.operation, error=fault)


def _is_old(work: Work) -> bool:
    """Whether the cycle took up a plan stored too long ago. A long cycle trusts its own plan."""
    sealed = work.plan.sealed_at
    return sealed is not None and work.cycle.started - sealed > FRESH_FOR


def _trouble(work: Work, outcome: Outcome) -> ProvisioningError | None:
    """Why the cycle ends with this outcome, if it does: the tenth fault in a row is one reason.

    Judged before the thread sends anything else, so that a sick target is left alone at once.
    """
    if outcome.error is None or outcome.applied:
        work.target.fine()
        return None
    work.target.evidence.extend(outcome.exchanges)
    if ends_the_cycle(outcome.error):
        return outcome.error
    if not is_fault(outcome.error):
        work.target.fine()
        return None
    try:
        work.target.fault(outcome.error, attempts=_attempts(outcome))
    except TargetUnavailable as error:
        return error
    return None


def _attempts(outcome: Outcome) -> int:
    """How many of the requests failed for the target's own reasons; at least the last did."""
    statuses = [exchange.get("status") for exchange in outcome.exchanges]
    return sum(1 for status in statuses if not isinstance(status, int) or status >= 500)


def _give_back(work: Work, fresh: Sequence[int]) -> None:
    """Rows that were never sent are planned again: only what was sent may be unknown.

    What an earlier worker left open stays open: whether that one sent it nobody has read yet.
    """
    with transaction.atomic():
        work.make_sure()
        PlanRow.objects.filter(pk__in=fresh, state=RowState.INTENT).update(
            state=RowState.PLANNED, intent_at=None
        )
