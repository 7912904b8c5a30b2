"""Where a ledger is kept: in this process, or in a store that all processes share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

from provisioning.scim.connection_limit import ConnectionLimit
from provisioning.scim.ledger import Ledger
from provisioning.scim.pace import Pace
from provisioning.scim.quota import Quota
from provisioning.scim.sharing import Member

T = TypeVar("T")


class Store(Protocol):
    """A ledger that is changed in steps, one after the other, whoever takes them."""

    def change(self, step: Callable[[Ledger, float], T]) -> T:
        """Take one step with the ledger and the store's own time; it may be taken anew."""
        ...


class InProcess:
    """The ledger of this process alone."""

    def __init__(self, clock: Callable[[], float], ledger: Ledger | None = None) -> None:
        self.ledger = ledger or Ledger()
        self._clock = clock
        self._lock = threading.Lock()

    def change(self, step: Callable[[Ledger, float], T]) -> T:
        """Take the step."""
        with self._lock:
            return step(self.ledger, self._clock())


def as_document(ledger: Ledger) -> dict[str, Any]:
    """The ledger as JSON has it, but for times that never were, which are infinite."""
    return asdict(ledger)


def from_document(document: dict[str, Any]) -> Ledger:
    """The ledger that was written. Raises `TypeError` or `KeyError` for one of another version."""
    parts = dict(document)
    members = {name: Member(**member) for name, member in parts.pop("members").items()}
    return Ledger(
        pace=Pace(**parts.pop("pace")),
        quota=Quota(**parts.pop("quota")),
        limit=ConnectionLimit(**parts.pop("limit")),
        members=members,
        **parts,
    )
