"""Provision on demand: one person through the same phases as a cycle, told step by step.

No watermark, no guard, no approval; "preview only" stops before the first request that writes.
What is told comes from what the run stored, so that it reads the same a month later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioning.core.app_roles import Assigned
from provisioning.core.redaction import shown
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import CycleState, Operation, Phase, Reason, RowState
from provisioning.engine.cycle import Request
from provisioning.engine.documents import operation_document
from provisioning.engine.on_demand_steps import Run, Step, steps_of
from provisioning.engine.running import run_beside
from provisioning.models import Cycle, DirectoryObject, Job, Link, LogEntry, PlanRow, WorkUnit
from provisioning.models.cycle import Purpose

FAILED_STATES = (RowState.FAILED, RowState.UNKNOWN, RowState.STALE)


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the run of one person tells."""

    result: str
    """success, failure, preview, skipped; running until it has ended."""
    action: str
    steps: list[Step]
    changes: list[dict[str, Any]] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    row: int | None = None
    """The number of the row that was decided first, if anything was."""


def provision(job: Job, row: DirectoryObject, request: Request) -> dict[str, Any]:
    """The document of the `provision` command. Raises what the target refuses for everybody."""
    return document_of(run_beside(job, request))


def document_of(cycle: Cycle) -> dict[str, Any]:
    """A run as the `provision` command prints it."""
    story = story_of(cycle)
    return {
        "result": story.result,
        "action": story.action,
        "steps": [
            {"name": one.name, "verdict": str(one.verdict), "detail": one.detail}
            for one in story.steps
        ],
        "changes": story.changes,
    }


def story_of(cycle: Cycle) -> Story:
    """What the run did, or has done so far, from its rows, units and log entries."""
    row = cycle.only
    if row is None:
        raise LookupError("A provision on demand has its one person.")
    planned = list(
        PlanRow.objects.filter(plan=cycle.plan_id, object=row)
        .select_related("object")
        .order_by("pk")
    )
    entries = list(
        LogEntry.objects.filter(cycle=cycle, object=row)
        .select_related("job__application")
        .order_by("at", "pk")
    )
    run = _run(cycle, row, planned, entries)
    changes = [change for one in planned for change in operation_document(one)["changes"]]
    first = planned[0].pk if planned else None
    return Story(_result(cycle, planned), run.action, steps_of(run), changes, entries, first)


def _run(
    cycle: Cycle, row: DirectoryObject, planned: list[PlanRow], entries: list[LogEntry]
) -> Run:
    definition = cycle.definition.as_definition()
    told = _told(cycle)
    return Run(
        cycle=cycle,
        person=row,
        planned=planned,
        entries=entries,
        result=_result(cycle, planned),
        action=_action(planned, told),
        verdict=told.get("verdict"),
        assigned=[Assigned(role, through) for role, through in told.get("assigned", [])],
        matching=shown(_matching(planned, told), definition.of(Kind(row.kind)).redacted),
        target_id=_target_id(cycle, row, planned),
    )


def _told(cycle: Cycle) -> dict[str, Any]:
    """What scope and matching left in their units: assignments, verdict, values looked up with."""
    found: dict[str, Any] = {}
    units = WorkUnit.objects.filter(
        cycle=cycle, phase__in=(Phase.SCOPE, Phase.MATCH, Phase.GROUPS)
    ).order_by("pk")
    for payload in units.values_list("payload", flat=True):
        told: Mapping[str, Any] = payload.get("told", {})
        found.setdefault("assigned", told.get("assigned", []))
        for verdict in told.get("verdicts", []):
            found["verdict"] = verdict
        for matching in payload.get("matching", []):
            found["matching"] = matching
    return found


def _matching(planned: list[PlanRow], told: Mapping[str, Any]) -> list[list[Any]]:
    return list((planned[0].matching if planned else None) or told.get("matching", []))


def _target_id(cycle: Cycle, row: DirectoryObject, planned: list[PlanRow]) -> str:
    """The account, as far as there is one."""
    known = next((one.target_id for one in planned if one.target_id), "")
    if known or (planned and planned[0].operation == Operation.DELETE):
        return known
    link = Link.objects.filter(job=cycle.job_id, object=row).first()
    return link.target_id if link else ""


def _action(planned: list[PlanRow], told: Mapping[str, Any]) -> str:
    if planned:
        return planned[0].operation
    verdict = told.get("verdict")
    settled = verdict is not None and verdict["code"] == Reason.PROVISIONED
    return Operation.UNCHANGED.value if settled else Operation.SKIP.value


def _result(cycle: Cycle, planned: list[PlanRow]) -> str:
    if cycle.ended is None:
        return "running"
    if cycle.state in (CycleState.FAILED, CycleState.QUARANTINED, CycleState.STOPPED):
        return "failure"
    if any(one.state in FAILED_STATES for one in planned):
        return "failure"
    if cycle.purpose == Purpose.PREVIEW and planned:
        return "preview"
    return "success" if planned else "skipped"
