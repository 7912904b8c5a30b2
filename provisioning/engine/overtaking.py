"""Removals overtake: who leaves while a cycle has hours of creates to send is not kept waiting.

While a cycle executes, whoever changed is looked at every 30 seconds, for removals only (design 3).
They get a plan of their own, judged together with the running one and sent beside it, first in the
governor's lanes. Everything else about them is left to the next cycle, whose watermark stays where
it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import Error, transaction
from django.db import connection as database
from django.db.models import Max

from provisioning.core.vocabulary import Phase
from provisioning.engine import phases
from provisioning.engine.clock import Clock
from provisioning.engine.planning.candidates import busy_people
from provisioning.models import ChangeNumber, Cycle, Job, Plan
from provisioning.models.cycle import CycleKind, Purpose

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds between two looks at who changed."""

EXECUTING = (Phase.REMOVALS, Phase.CHANGES, Phase.CIRCLES, Phase.MEMBERSHIPS)


@contextmanager
def overtaking(cycle: Cycle, turn: Callable[[Cycle], object]) -> Iterator[None]:
    """Look beside the work, in a thread with a connection of its own; `turn` runs what is found."""
    if cycle.purpose != Purpose.CYCLE:
        yield
        return
    finished = Event()
    beside = Thread(target=_look, args=(cycle, turn, finished), name="removals", daemon=True)
    beside.start()
    try:
        yield
    finally:
        finished.set()
        beside.join()


def _look(cycle: Cycle, turn: Callable[[Cycle], object], finished: Event) -> None:
    while not finished.wait(LOOK_EVERY):
        try:
            removals = removals_beside(cycle)
            if removals is not None:
                turn(removals)
        except Error:
            log.warning("Who leaves could not be looked for now.")
        finally:
            database.close()


def removals_beside(running: Cycle) -> Cycle | None:
    """The removals of whoever changed since the running cycle was planned, or since the last look.

    `None` when nobody did, or the cycle sends nothing now. Removals that a dead worker left are
    answered again.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=running.job_id)
        running = Cycle.objects.select_related("plan").get(pk=running.pk)
        if running.ended or running.stop_requested or running.phase not in EXECUTING:
            return None
        beside = Cycle.objects.filter(job=job, purpose=Purpose.REMOVALS)
        left = beside.filter(ended__isnull=True).first()
        if left is not None:
            return left
        looked = beside.filter(number__gt=running.number).aggregate(at=Max("watermark"))["at"]
        since = running.watermark if looked is None else looked
        if ChangeNumber.current() <= since:
            return None
        cycle = _begin(job, running, since)
        phases.open_next(cycle)
        return cycle


def _begin(job: Job, running: Cycle, since: int) -> Cycle:
    now, watermark = Clock(running.now_is).now(), ChangeNumber.current()
    if busy_people(running, since).exists():
        watermark = since  # they are looked at once more
    plan = Plan.objects.create(
        job=job,
        definition_id=running.definition_id,
        created=now,
        approved_at=now,
        watermark_from=since,
        watermark=watermark,
    )
    return Cycle.objects.create(
        job=job,
        number=job.take_number(),
        kind=CycleKind.INCREMENTAL,
        purpose=Purpose.REMOVALS,
        definition_id=running.definition_id,
        plan=plan,
        phase=Phase.RECOVER,
        started=now,
        now_is=running.now_is,
        watermark_from=since,
        watermark=watermark,
    )
