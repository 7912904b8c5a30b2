"""The engine in front of a strict RFC server, and what both sides say about a cycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.models import Job, LogEntry
from provisioning.tests.builders import Run, application, cycle
from provisioning.tests.engine.watching import entries
from provisioning.tests.scim2 import Scim2Server


def connected(target: Scim2Server, **document: Any) -> Job:
    """An application in front of it, for everybody, with what the template brings."""
    content = {"name": "Strict", "slug": "strict", "template": "scim", "scope": "all", **document}
    return application(target.tenant_url, target.token, **content)


def run_and_count(target: Scim2Server, job: Job, **request: Any) -> Run:
    """One cycle; the server counted the same requests."""
    target.forget()
    run = cycle(job, **request)
    assert target.was_asked(run.requests)
    return run


def last_operations(**having: Any) -> list[Mapping[str, Any]]:
    """The operations of the last PATCH in the log."""
    return operations_of(entries(**having)[-1])


def operations_of(entry: LogEntry) -> list[Mapping[str, Any]]:
    """The operations of the PATCH that the entry tells of."""
    exchange = entry.exchanges[-1]
    assert exchange["method"] == "PATCH"
    body: Any = exchange["requestBody"]
    return list(body["Operations"])
