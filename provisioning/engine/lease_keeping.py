"""The thread that renews a lease beside the work; who cannot renew sends nothing more (F06)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Protocol

from django.db import Error
from django.db import connection as database

from provisioning.engine.clock import database_now
from provisioning.engine.leases import LEASE, RENEW_EVERY, Instant, Lease
from provisioning.engine.work import LOOK_EVERY

log = logging.getLogger(__name__)


class Leased(Protocol):
    """A row that one worker at a time holds."""

    def renew(self, now: datetime, lease: timedelta) -> bool:
        """Hold it longer; `False` when it is somebody else's by now."""


def _nothing() -> None:
    """There is nothing else to see to."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept, what is told when it cannot be, and what the thread sees to besides."""

    row: Leased
    lease: Lease | None
    stop: Event
    look: Callable[[], None] = _nothing
    """Called each second, without the database."""
    ask: Callable[[], None] = _nothing
    """Called with each renewal, with the thread's own connection to the database."""


@contextmanager
def lease_kept(keeping: Keeping) -> Iterator[None]:
    """Renew the lease beside the work, until that ends."""
    finished = Event()
    keeper = Thread(target=_keep, args=(keeping, finished), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        finished.set()
        keeper.join()


def _keep(keeping: Keeping, finished: Event) -> None:
    """A look each second, a renewal every few, until the work is finished or somebody else's."""
    last = Instant.now()
    try:
        while not finished.wait(LOOK_EVERY):
            keeping.look()
            if last.passed() < RENEW_EVERY:
                continue
            last = Instant.now()
            if not renew_now(keeping):
                keeping.stop.set()
                return
    finally:
        database.close()


def renew_now(keeping: Keeping) -> bool:
    """Hold it longer; `False` when it is somebody else's. A deaf database is asked again (F30)."""
    asked_at = Instant.now()
    try:
        renewed = keeping.row.renew(database_now(), LEASE)
        keeping.ask()
    except Error:
        log.warning("The lease of %s could not be renewed now.", keeping.row)
        database.close()
        return True
    if renewed and keeping.lease is not None:
        keeping.lease.renew(asked_at)
    return renewed
