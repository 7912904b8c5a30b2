"""A world's life: it settles, it is stormy, it is calm, it rests."""

from __future__ import annotations

from datetime import datetime

from provisioning.core.vocabulary import RowState
from provisioning.engine import controls
from provisioning.models import Escrow, Job, PlanRow, Standing
from provisioning.tests.simulation import events, storms
from provisioning.tests.simulation.applications import Application
from provisioning.tests.simulation.histories import HELD, Settled
from provisioning.tests.simulation.world import DAY, INTERVAL, World

LONGEST = 4_000.0
"""Seconds within which everything that is open must end when nothing is wrong (I11)."""


def live(world: World) -> None:
    """All of it, inside `world.begun()`."""
    chance = world.chance
    world.settle()
    if chance.random() < 0.3 or world.favours.faults or world.favours.answers:
        storms.storm(world, chance)
    world.processes.run(world.processes.now + INTERVAL - 1, lambda: not world.busy())
    for _ in range(chance.choice((1, 1, 2))):
        storms.storm(world, chance)
        began = world.processes.now
        for _ in range(chance.choice((1, 2, 3, 4))):
            when = began + chance.choice((0.0, chance.uniform(0, INTERVAL + 30)))
            world.processes.at(when, lambda: events.befall(world))
        world.processes.run(began + INTERVAL + 60)
    rest(world)


def rest(world: World) -> None:
    """Faults off; a person approves; retries and timers come due, until a cycle is idle (I07)."""
    storms.calm(world)
    _wait(world)
    if world.imported[-1][1] != world.company:
        world.read_source(force=True)
        for one in world.applications:
            # Who was not known yet when they were assigned is assigned now.
            world.configure(one)
    for one in world.applications:
        job = Job.objects.select_related("application").get(pk=one.job)
        controls.start_job(None, job)
    began = _next_day(world, approve=True)
    world.settled = {one.slug: _settled(one, began) for one in world.applications}
    for _ in range(3):
        world.resting = {one.slug: len(one.target.history) for one in world.applications}
        _next_day(world, initial=True)
        if not any(_written(world, one) for one in world.applications):
            return


def _settled(one: Application, began: datetime) -> Settled:
    """How long the target's history is, who waits, and who should have been tried by then: whoever
    was, and whose row no longer fitted, is decided by the next cycle.
    """
    escrows = Escrow.objects.filter(job=one.job)
    held = Standing.objects.filter(job=one.job, code__in=HELD)
    stale = PlanRow.objects.filter(
        plan__job=one.job, plan__created__gte=began, state=RowState.STALE
    )
    late = escrows.filter(next_try__lt=began).exclude(object_id__in=stale.values("object_id"))
    overdue = late.values_list("object__source_id", flat=True)
    waits = escrows.exists() or held.exists()
    return Settled(len(one.target.history), somebody_waits=waits, overdue=tuple(overdue))


def _next_day(world: World, *, approve: bool = False, initial: bool = False) -> datetime:
    """All timers and retries are due, and everybody is looked at; answers when it began."""
    world.processes.now += DAY + 60
    began = world.time
    for one in world.applications:
        world.begin_cycle(one, approve=approve, initial=initial)
    _wait(world)
    return began


def _written(world: World, one: Application) -> bool:
    """Whether anything was changed since the world came to rest."""
    since = world.resting[one.slug]
    return any(each.writes and each.status < 400 for each in one.target.history[since:])


def _wait(world: World) -> None:
    world.processes.run(world.processes.now + 5.0)
    ended = world.processes.run(world.processes.now + LONGEST, lambda: _is_done(world))
    if not ended:
        world.broken.append("I11: a cycle did not end although nothing was wrong any more")


def _is_done(world: World) -> bool:
    """Nothing is open and no mail is due."""
    return not world.busy() and not world.undelivered()
