"""Provision on demand: one person through the same phases as a cycle, told step by step.

No watermark, no guard, no approval; "preview only" stops before the first request that writes.
"""

from __future__ import annotations

from typing import Any

from provisioning.core.vocabulary import CycleState, Operation, Reason, RowState, Status
from provisioning.engine.cycle import Request
from provisioning.engine.documents import operation_document
from provisioning.engine.explaining import explain
from provisioning.engine.running import run_beside
from provisioning.models import Cycle, DirectoryObject, Job, LogEntry, PlanRow
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
    target_id = next((one.target_id for one in planned if one.target_id), "")
    entry = LogEntry.objects.filter(cycle=cycle, object=row).order_by("-at").first()
    error = (entry.error.get("reason") if entry and entry.status == Status.FAILURE else "") or ""
    return [
        _step("Import user", Status.SUCCESS, row.display_name),
        _step("Determine scope", Status.SKIPPED if outside else Status.SUCCESS, details),
        _step("Match user", Status.SKIPPED if outside else Status.SUCCESS, target_id),
        _step("Perform action", result, error or cycle.error.get("message", "")),
    ]


def _step(name: str, verdict: str, detail: str) -> dict[str, Any]:
    return {"name": name, "verdict": str(verdict), "detail": detail}
