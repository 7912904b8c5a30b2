"""Turning a cycle: claim a unit, do it, claim the next, until there is none.

A worker, a foreground command and a test all turn cycles this way; any number of them may share
one. A unit whose holder died is claimed again when its lease has run out.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

from provisioning.core.errors import ProvisioningError
from provisioning.engine import closing, database_trouble, phases, restoring
from provisioning.engine.clock import database_now
from provisioning.engine.containing import internal_fault
from provisioning.engine.lease_keeping import Keeping, lease_kept
from provisioning.engine.leases import LEASE, Instant, Lease, LeaseLost
from provisioning.engine.overtaking import overtaking
from provisioning.engine.target import Target
from provisioning.engine.urgencies import urgency_of
from provisioning.engine.work import Leaving, Stopped, Work, stays
from provisioning.models import Cycle, WorkUnit

log = logging.getLogger(__name__)


def turn(
    cycle_id: UUID,
    *,
    sleep: Callable[[float], None] = time.sleep,
    owner: str | None = None,
    call_others: Callable[[Cycle], None] | None = None,
    leaving: Callable[[], bool] = stays,
) -> bool:
    """Do every unit that can be claimed now; whether there was one.

    `call_others` is told of every phase this worker comes to: it may have units for more of them.
    Once `leaving` says so, the unit in hand is given back behind the requests under way.
    """
    owner = owner or f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    cycle = _read(cycle_id)
    restoring.notice_now(cycle.job_id)
    target = Target(cycle.job.application, sleep)
    phase: tuple[str, int] | None = None

    def overtake(removals: Cycle) -> None:
        turn(removals.pk, sleep=sleep, leaving=leaving)

    try:
        with overtaking(cycle, overtake):
            while not leaving():
                asked_at = Instant.now()
                unit = claim(cycle_id, owner)
                if unit is None:
                    break
                cycle = _read_again(cycle)
                if call_others is not None and phase != (unit.phase, unit.wave):
                    call_others(cycle)
                phase = (unit.phase, unit.wave)
                work = Work(cycle, unit, target, sleep, lease=Lease(asked_at), leaving=leaving)
                target.permit = work.permit
                target.going_on = work.go_on
                target.urgency = partial(urgency_of, cycle, unit.phase)
                _do(work)
                cycle.count_requests(target.new_requests())
    finally:
        target.close()
    return phase is not None


def _read(cycle_id: UUID) -> Cycle:
    cycle = Cycle.objects.select_related("job__application", "definition", "plan").get(pk=cycle_id)
    cycle.definition.job = cycle.job
    return cycle


def _read_again(before: Cycle) -> Cycle:
    """The cycle as it is now; its definition never changes, and is not parsed for every unit."""
    cycle = Cycle.objects.select_related("job__application", "plan").get(pk=before.pk)
    cycle.definition = before.definition
    return cycle


def claim(cycle_id: UUID, owner: str) -> WorkUnit | None:
    """The next unit of the cycle that nobody holds, taken; `None` when there is none."""
    while True:
        now = database_now()
        open_units = WorkUnit.objects.workable().filter(cycle_id=cycle_id)
        unit = open_units.claimable(now).order_by("ordinal").first()
        if unit is None:
            return None
        if unit.claim(owner, now, LEASE):
            return unit


def _do(work: Work) -> None:
    """One unit, whatever happens in it: the cycle goes on, ends early, or is somebody else's."""
    try:
        with lease_kept(Keeping(work.unit, work.lease, work.stop, work.look, work.ask)):
            if work.cycle.stop_requested:
                raise Stopped
            work.target.refresh()
            phases.run_unit(work)
    except LeaseLost:
        log.warning("The unit %s was taken over by another worker.", work.unit)
    except Stopped:
        closing.stop(work)
    except Leaving:
        work.unit.give_back()
    except Exception as error:
        _end(work, error)


def _end(work: Work, error: Exception) -> None:
    """End the cycle with what went wrong, unless only the database was to blame."""
    if isinstance(error, ProvisioningError):
        closing.end_early(work, error)
    elif database_trouble.is_trouble(error):
        database_trouble.hand_back(work, error)
    else:
        log.error("The unit %s failed in our own code.", work.unit, exc_info=error)
        closing.end_early(work, internal_fault(error))
