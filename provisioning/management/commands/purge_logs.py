"""`purge_logs`: delete log entries older than their application keeps them."""

from __future__ import annotations

from typing import Any

from provisioning.engine.clock import Clock
from provisioning.engine.retention import purge_all
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Purges in slices, so that no lock is held for long."""

    help = "Delete provisioning log entries older than each application's log retention."

    def work(self, options: dict[str, Any]) -> Outcome:
        gone = purge_all(Clock().now())
        return Outcome({"purged": gone}, text=f"{gone} entries deleted.")
