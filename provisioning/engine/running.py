"""Cycles in the foreground: what the commands call, needing neither worker nor broker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.wording import gettext_noop
from provisioning.engine import runner
from provisioning.engine.clock import database_now
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Cycle, Job, Plan, WorkUnit
from provisioning.models.plan import PLAN_FORMAT

LONGEST_WAIT = 600.0
"""Seconds that a cycle already running is awaited."""
LOOK_EVERY = 0.5


class StillRunning(ProvisioningError):
    """Another cycle of this job did not end in time."""

    code = "CycleRunning"
    advice = gettext_noop("Wait for it, or stop it with `stop`, then try again.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a foreground run passes time; tests hand in their own."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = monotonic


def run_cycle(job: Job, request: Request, waiting: Waiting = Waiting()) -> Cycle:
    """Run one cycle to its end and answer it.

    A cycle already running is awaited for up to 600 s, then `StillRunning` is raised. One whose
    workers are dead is taken over and finished instead: its plan, its intents, its entries.
    """
    deadline = waiting.clock() + LONGEST_WAIT
    while True:
        cycle = open_cycle(job, request)
        if cycle is not None:
            return _turn_to_the_end(cycle, waiting, deadline)
        taken_over = _wait_or_take_over(job, waiting, deadline)
        if taken_over is not None:
            return taken_over


def run_beside(job: Job, request: Request, waiting: Waiting = Waiting()) -> Cycle:
    """A preview or a provision on demand, which stand beside the job's own cycle."""
    cycle = open_cycle(job, request)
    if cycle is None:
        raise LookupError("Only a job's own cycle can be in the way.")
    return _turn_to_the_end(cycle, waiting, waiting.clock() + LONGEST_WAIT)


def _turn_to_the_end(cycle: Cycle, waiting: Waiting, deadline: float) -> Cycle:
    """Claim units until the cycle has ended, waiting for those that others hold."""
    while True:
        runner.turn(cycle.pk, sleep=waiting.sleep)
        cycle.refresh_from_db()
        if cycle.ended is not None:
            return cycle
        if waiting.clock() > deadline:
            raise StillRunning(
                gettext_noop("Cycle %(number)d is still running elsewhere."),
                params={"number": cycle.number},
            )
        waiting.sleep(LOOK_EVERY)


def _wait_or_take_over(job: Job, waiting: Waiting, deadline: float) -> Cycle | None:
    """Wait until the open cycle ended (`None`), or finish it when nobody works on it any more."""
    while True:
        job.refresh_from_db()
        cycle = job.open_cycle
        if cycle is None:
            return None
        if not WorkUnit.objects.held(database_now()).filter(cycle=cycle).exists():
            return _turn_to_the_end(cycle, waiting, deadline)
        if waiting.clock() > deadline:
            raise StillRunning(
                gettext_noop("Cycle %(number)d is still running after 600 seconds."),
                params={"number": cycle.number},
            )
        waiting.sleep(LOOK_EVERY)


def stored_plan(job: Job, digest: str) -> Plan:
    """The newest plan of this digest under the current definition.

    Raises `ConfigurationError` when the digest is unknown or belongs to an older definition.
    """
    plan = job.plans.filter(digest=digest, sealed_at__isnull=False).order_by("-created").first()
    if plan is None:
        raise ConfigurationError(
            gettext_noop("No plan of %(application)s has the digest %(digest)s."),
            params={"application": job.application.slug, "digest": digest},
            advice=gettext_noop("Make one with `plan`, and give the digest it prints."),
        )
    if plan.format > PLAN_FORMAT:
        raise ProvisioningError(
            gettext_noop("This plan was made by a newer version of Rollcall."),
            advice=gettext_noop("Finish the update of this machine, then try again."),
        )
    if plan.definition_id != job.definition_id:
        raise ConfigurationError(
            gettext_noop("This plan was made with an older definition."),
            advice=gettext_noop("The configuration changed since. Make a new plan and look at it."),
        )
    return plan


def check_time(job: Job, now_is: datetime | None) -> None:
    """Whether `--now-is` may be used: loopback targets only, never before the last cycle."""
    if now_is is None:
        return
    if job.last_now is not None and now_is < job.last_now:
        raise ConfigurationError(
            gettext_noop("--now-is lies before the last cycle, which was at %(time)s."),
            params={"time": job.last_now.isoformat()},
            advice=gettext_noop("Give a later time."),
        )
    if not _on_loopback(job):
        raise ConfigurationError(
            gettext_noop("--now-is replaces the clock and is refused for a real application."),
            advice=gettext_noop("Use it with the simulator on this machine."),
        )


def _on_loopback(job: Job) -> bool:
    from urllib.parse import urlsplit

    host = urlsplit(job.application.connection.tenant_url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
