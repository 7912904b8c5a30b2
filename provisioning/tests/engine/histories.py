"""What the target says happened against what the log says, and the way to worlds with faults."""

from __future__ import annotations

from collections import Counter
from typing import Any

from provisioning.engine.cycle import Request
from provisioning.engine.documents import cycle_document
from provisioning.engine.running import run_cycle
from provisioning.models import Job, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import FakeTime, Run

WRITES = ("POST", "PUT", "PATCH", "DELETE")
ACTION_OF = {"create": "create", "delete": "delete"}


def writes(target: Running, since: int = 0) -> list[str]:
    """The methods of the writing requests after the first `since` requests, in order."""
    return [one["method"] for one in target.requests[since:] if one["method"] in WRITES]


def applied(target: Running, since: int = 0) -> Counter[tuple[str, str]]:
    """Every change that the target really made: (create, update or delete; id)."""
    return Counter(
        (change["action"] if change["action"] in ACTION_OF else "update", change["id"])
        for request in target.requests[since:]
        for change in request["changes"]
    )


def logged(job: Job) -> Counter[tuple[str, str]]:
    """Every change that the log tells of, in the same words."""
    entries = LogEntry.objects.filter(job=job, status="success").exclude(action="other")
    return Counter((ACTION_OF.get(entry.operation, "update"), entry.target_id) for entry in entries)


def user_names(target: Running) -> list[str]:
    """Who has an account, in order; somebody twice is there twice."""
    return sorted(
        user["userName"] for user in target.state()["users"] if user.get("state") != "deleted"
    )


def run(job: Job, time: FakeTime, **request: Any) -> Run:
    """One cycle in the foreground by this clock."""
    job.refresh_from_db()
    return Run(cycle_document(run_cycle(job, Request(**request), time.waiting()), 0.0))
