"""P11: somebody leaves while a cycle has far more to create than the quota lets through."""

from __future__ import annotations

import os
from time import monotonic, sleep
from typing import Any

from provisioning.bench import company, workers
from provisioning.bench.figure import Figure
from provisioning.bench.target import Target, target
from provisioning.models import Cycle, PlanRow
from provisioning.tests.servers import PrivateWorker

QUOTA = 300
LONGEST = 300.0
LOOK_EVERY = 0.5


def overtakes(people: int) -> list[Figure]:
    """From the change being read until the target has disabled the account."""
    written = company.directory(1)
    job = company.job()
    seed = company.provision(job)
    for number in range(1, people + 1):
        written.person(f"p{number}")
    written.sync()
    with (
        target("--seed", str(seed), quota=QUOTA) as simulator,
        PrivateWorker(os.environ),
    ):
        company.move_to(job, simulator.tenant_url)
        cycle = workers.begin(job)
        queued = _await_creates(cycle, people)
        written.people["p0"]["accountEnabled"] = False
        written.sync()
        read = monotonic()
        seconds = _await_disabled(simulator, read)
    what = f"P11 a leaver while {queued:,} creates wait, {QUOTA} a minute"
    return [Figure(what, seconds, "s", 60, measured=f"quota alone: {queued / QUOTA:,.0f} minutes")]


def _await_creates(cycle: Cycle, people: int) -> int:
    """How many still wait once the first ones are made."""
    rows = PlanRow.objects.filter(plan=cycle.plan)
    while not rows.filter(state="done").exists():
        cycle.refresh_from_db()
        if cycle.ended is not None:
            raise RuntimeError(f"The cycle ended {cycle.state}: {cycle.error}")
        sleep(LOOK_EVERY)
    return people - rows.filter(state="done").count()


def _await_disabled(simulator: Target, since: float) -> float:
    while not any(_disables(one) for one in simulator.requests()):
        if monotonic() - since > LONGEST:
            return LONGEST
        sleep(LOOK_EVERY)
    return monotonic() - since


def _disables(request: dict[str, Any]) -> bool:
    return bool(request["method"] == "PATCH" and request["status"] < 300)
