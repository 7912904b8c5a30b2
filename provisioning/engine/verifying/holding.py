"""A verification in one worker's hands: its lease is renewed beside the reading, as a unit's is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from django.db import DatabaseError
from django.db import connection as database

from provisioning.engine.clock import database_now
from provisioning.engine.leases import LEASE, RENEW_EVERY, Instant, Lease, LeaseLost
from provisioning.engine.work import Leaving
from provisioning.models import Verification

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Hold:
    """A claimed run, its lease, its stop signal, and whether this worker was asked to go."""

    run: Verification
    lease: Lease
    leaving: Callable[[], bool]
    stop: Event = field(default_factory=Event)

    def permit(self) -> float:
        """Asked before every request: how many seconds it may take.

        Raises `LeaseLost` when the run is stopped or not ours, `Leaving` when this worker goes.
        """
        if self.leaving():
            raise Leaving
        if self.stop.is_set():
            raise LeaseLost(str(self.run))
        return self.lease.time_for_a_request(self.stop)


@contextmanager
def lease_kept(hold: Hold) -> Iterator[None]:
    """Renew beside the work; who cannot renew stops before the next request."""
    finished = Event()
    keeper = Thread(target=_keep, args=(hold, finished), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        finished.set()
        keeper.join()


def _keep(hold: Hold, finished: Event) -> None:
    try:
        while not finished.wait(RENEW_EVERY):
            asked_at = Instant.now()
            try:
                if not hold.run.renew(database_now(), LEASE):
                    hold.stop.set()
                    return
            except DatabaseError:
                log.warning("The lease of the %s could not be renewed now.", hold.run)
                database.close()
            else:
                hold.lease.renew(asked_at)
    finally:
        database.close()
