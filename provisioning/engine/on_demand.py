"""Provision on demand: one person through the same phases as a cycle, told step by step.

No watermark, no guard, no approval; "preview only" stops before the first request that writes.
"""

from __future__ import annotations

from typing import Any

from provisioning.core.vocabulary import CycleState, Operation, Reason, RowState, Status
from provisioning.core.wording import gettext_noop
from provisioning.engine.cycle import Request
from provisioning.engine.documents import operation_document
from provisioning.engine.explaining import explain
from provisioning.engine.running import run_beside
from provisioning.engine.spoken import spoken
from provisioning.models import Cycle, DirectoryObject, Job, Link, LogEntry, PlanRow
from provisioning.models.cycle import Purpose

RESULTS = {RowState.DONE: "success", RowState.FAILED: "failure", RowState.UNKNOWN: "failure"}


def provision(job: Job, row: DirectoryObject, request: Request) -> dict[str, Any]:
    """The document of the `provision` command. Raises what the target refuses for everybody."""
    cycle = run_beside(job, request)
    why = explain(job, row)
    planned = list(
        PlanRow.objects.filter(plan=cycle.plan, object=row).select_related("object").order_by("pk")
    )
    result = _result(cycle, planned)
    changes = [change for one in planned for change in operation_document(one)["changes"]]
    action = planned[0].operation if planned else Operation.SKIP.value
    if not planned and why["code"] == Reason.PROVISIONED:
        action = Operation.UNCHANGED.value
    return {
        "result": result,
        "action": action,
        "steps": _steps(cycle, row, planned, why, result),
        "changes": changes,
    }


def _result(cycle: Cycle, planned: list[PlanRow]) -> str:
    if cycle.state in (CycleState.FAILED, CycleState.QUARANTINED):
        return "failure"
    if any(one.state in (RowState.FAILED, RowState.UNKNOWN) for one in planned):
        return "failure"
    if cycle.purpose == Purpose.PREVIEW and planned:
        return "preview"
    return "success" if planned else "skipped"


def _steps(
    cycle: Cycle, row: DirectoryObject, planned: list[PlanRow], why: dict[str, Any], result: str
) -> list[dict[str, Any]]:
    """Import, scope, match, action: each with its verdict (entra-provisioning 13)."""
    outside = why["code"] == Reason.NOT_EFFECTIVELY_ENTITLED
    details = " ".join(one["sentence"] for one in why["because"])
    link = Link.objects.filter(job=cycle.job, object=row).first()
    target_id = link.target_id if link else ""
    entry = LogEntry.objects.filter(cycle=cycle, object=row).order_by("-at").first()
    error = spoken(entry.params) if entry and entry.status == Status.FAILURE else ""
    return [
        _step(gettext_noop("Import user"), Status.SUCCESS, row.display_name),
        _step(
            gettext_noop("Determine scope"), Status.SKIPPED if outside else Status.SUCCESS, details
        ),
        _step(gettext_noop("Match user"), Status.SKIPPED if outside else Status.SUCCESS, target_id),
        _step(gettext_noop("Perform action"), result, error or spoken(cycle.error)),
    ]


def _step(name: str, verdict: str, detail: str) -> dict[str, Any]:
    return {"name": name, "verdict": str(verdict), "detail": detail}
