"""What the engine takes from nature, taken from a world instead: time, chance, threads, network.

Everything is replaced where the engine looks it up, for as long as the world lasts. The pool of a
batch is run by whoever waits for its answers, in an order that the seed decides.
"""

from __future__ import annotations

import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from django.db import connection
from django.db.transaction import Atomic

from provisioning import tasks
from provisioning.engine import (
    clock,
    closing,
    credentials,
    dispatch,
    leases,
    notices,
    runner,
    target,
)
from provisioning.engine.execution import batch
from provisioning.engine.lease_keeping import Keeping, renew_now
from provisioning.models import Job
from provisioning.scim.governor import Clockwork
from provisioning.scim.session import Door
from provisioning.scim.store import InProcess
from provisioning.tests.simulation.histories import Ended

if TYPE_CHECKING:
    from provisioning.tests.simulation.world import World

ENGINE = ("provisioning.engine", "provisioning.scim", "provisioning.tasks")
CHANGES = ("INSERT", "UPDATE", "DELETE")


class Unneeded:
    """Whoever holds nothing that others see has nothing to renew."""

    def __init__(self, *_: object) -> None:
        """Begin nothing."""

    def end(self) -> None:
        """There is nothing to end."""


@contextmanager
def ruled_by(world: World) -> Iterator[None]:
    """The engine lives in this world."""
    with ExitStack() as stack:
        for original, instead in _replacements(world):
            for module, name in _places(original):
                stack.enter_context(patch.object(module, name, instead))
        for place, name, instead in _attributes(world):
            stack.enter_context(patch.object(place, name, instead))
        stack.enter_context(connection.execute_wrapper(_statement(world)))
        yield


def _replacements(world: World) -> Sequence[tuple[object, object]]:
    """What is replaced wherever the engine has imported it by name."""
    processes = world.processes

    def clockwork(*_given: Any, sleep: Any = processes.sleep, **_more: Any) -> Clockwork:
        return Clockwork(lambda: processes.now, sleep, world.chance.random)

    return [
        (clock.database_now, world.database_time),
        (clock.running_clock, lambda: processes.now),
        (clock.wall_clock, lambda: processes.now),
        (time.monotonic, lambda: processes.now),
        (random.random, world.chance.random),
        (Door, world.network.door),
        (Clockwork, clockwork),
        (ThreadPoolExecutor, lambda *_: Pool(world)),
    ]


def _attributes(world: World) -> Sequence[tuple[Any, str, object]]:
    """What is replaced in one place."""
    return [
        (closing, "_close", _closing(world)),
        (clock.Clock, "now", lambda one: one.fixed or world.time),
        (sys.modules["django.utils.timezone"], "now", lambda: world.time),
        (Atomic, "__exit__", _leaving(world)),
        (uuid, "os", SimpleNamespace(urandom=world.chance.randbytes)),
        (leases, "Condition", lambda: Renewal(world)),
        (runner, "lease_kept", lambda keeping: _lease_kept(world, keeping)),
        (runner, "_do", _doing(world)),
        (batch._Results, "take", _taking(world)),
        # Each run keeps to itself, as without a broker: nobody may wait here in real time.
        (credentials, "ledger_of", lambda _key, clock: InProcess(clock)),
        (target, "Keeper", Unneeded),
        (dispatch, "_send", world.send),
        (notices, "EmailMessage", partial(Letter, world)),
        (tasks, "retention", SimpleNamespace(purge_due=_nothing, purge_plans=_nothing)),
        (tasks, "turn", SimpleNamespace(delay=lambda cycle: world.send("turn", cycle))),
    ]


def _leaving(world: World) -> Callable[..., None]:
    """Behind every commit a process may be interrupted."""
    leave = Atomic.__exit__

    def leaving(atomic: Atomic, *error: Any) -> None:
        leave(atomic, *error)
        if error[0] is None and not connection.in_atomic_block:
            world.processes.point("commit")

    return leaving


def _doing(world: World) -> Callable[[Any], None]:
    """Which unit a process works on is noted for the histories."""
    do = runner._do

    def doing(work: Any) -> None:
        process = world.processes.current
        if process is not None:
            process.work = work
        do(work)

    return doing


def _taking(world: World) -> Callable[..., Any]:
    """Waiting for the answer of a pool does something of what is pending."""
    take = batch._Results.take

    def taking(results: Any, _seconds: float) -> Any:
        if world.processes.over:
            # The world has ended with this process: none of its threads answers any more.
            results.open = 0
        elif not results.done and world.pending:
            world.pending.pop(world.chance.randrange(len(world.pending)))()
        return take(results, 0.0)

    return taking


def _closing(world: World) -> Callable[..., None]:
    """How cycles end, and where the watermark stood before (I09)."""
    close = closing._close

    def closed(cycle: Any, *how: Any) -> None:
        job = Job.objects.select_related("application").get(pk=cycle.job_id)
        before = job.watermark
        close(cycle, *how)
        job.refresh_from_db()
        slug = job.application.slug
        world.ended.append(Ended(slug, cycle.number, cycle.state, before, job.watermark))

    return closed


def _nothing(_now: datetime) -> None:
    """Nothing in a world is old enough to be purged."""


def _statement(world: World) -> Callable[..., Any]:
    """A change outside a transaction is a commit of its own."""

    def execute(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith(CHANGES) and not connection.in_atomic_block:
            world.processes.point("change")
        return result

    return execute


@contextmanager
def _lease_kept(world: World, keeping: Keeping) -> Iterator[None]:
    """The thread that renews a lease: it runs whenever its process passes time."""
    process = world.processes.current
    if process is None:
        yield
        return

    def keeps() -> bool:
        if not renew_now(keeping):
            keeping.stop.set()
            return False
        return True

    process.keeps, process.renewed_at = keeps, world.processes.now
    try:
        yield
    finally:
        process.keeps = None


class Renewal:
    """Waits for a renewal of the lease: time passes, and it is tried meanwhile."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self) -> Renewal:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nobody else is kept out."""

    def notify_all(self) -> None:
        """Whoever waits looks again by itself."""

    def wait(self, seconds: float) -> None:
        self._world.processes.sleep(seconds)


class Letter:
    """One mail, as Django would send it: delivered, unless the mail server is down."""

    def __init__(self, world: World, *, subject: str, **_more: object) -> None:
        self._world, self._subject = world, subject

    def send(self) -> None:
        if not self._world.mail_works:
            raise OSError("The mail server is down.")
        self._world.letters.append(self._subject)


class Pool:
    """A pool without threads: what was submitted is run by whoever waits for an answer."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to end."""

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Remember what to do; a call that answers through a queue is done when it is asked."""
        future: Future[Any] = Future()
        self._world.pending.append(lambda: _settle(future, call, arguments))
        return future

    def map(self, call: Callable[..., Any], *items: Any) -> list[Any]:
        """All answers, one after the other."""
        return [call(*each) for each in zip(*items, strict=False)]

    def shutdown(self, *_given: object, **_more: object) -> None:
        """Nothing to end."""


def _settle(future: Future[Any], call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    future.set_result(call(*arguments))


@cache
def _places(original: object) -> tuple[tuple[Any, str], ...]:
    """Every module of the engine that has this under some name."""
    found = []
    for name, module in sorted(sys.modules.items()):
        if name.startswith(ENGINE):
            found += [(module, key) for key, value in vars(module).items() if value is original]
    return tuple(found)


def moment(seconds: float) -> datetime:
    """The world's clock as a time of the calendar."""
    return datetime.fromtimestamp(seconds, UTC)
