"""A verification in one worker's hands: its lease is renewed beside the reading, as a unit's is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Event

from provisioning.engine.lease_keeping import Keeping, lease_kept
from provisioning.engine.leases import Lease, LeaseLost
from provisioning.engine.work import Leaving
from provisioning.models import Verification


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

    def kept(self) -> AbstractContextManager[None]:
        """The lease, renewed beside the reading."""
        return lease_kept(Keeping(self.run, self.lease, self.stop))
