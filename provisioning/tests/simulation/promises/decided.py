"""What is sent was decided before: by one definition, in a plan that a person had approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from provisioning.tests.simulation.findings import History, moment_of
from provisioning.tests.simulation.network import user_of


def I15_one_definition_a_cycle(history: History) -> Iterator[str]:
    """What a cycle writes is what its own definition says."""
    for one in history.ours:
        cycle = history.cycles[one.sender.cycle]
        for title in _titles(one.body):
            if title.startswith("Title v") and title not in str(cycle.definition.content):
                yield f"cycle {cycle.number} wrote {title}, which its definition does not know"


def I23_nothing_without_approval(history: History) -> Iterator[str]:
    """Nothing is written before a person has approved a plan of the job."""
    plans = [one.plan for one in history.cycles.values() if one.plan is not None]
    approved = [plan.approved_at.timestamp() for plan in plans if plan.approved_at]
    first = next(history.ours, None)
    if first is not None and (not approved or first.at < min(approved)):
        yield f"{first.method} {first.path} at {moment_of(history, first)}, before any approval"


def I23_what_was_sent_was_planned(history: History) -> Iterator[str]:
    """Every write of a cycle has a row in its plan, or in one that it settles."""
    planned = {one.object.source_id for one in history.rows}
    plans = defaultdict(set)
    for row in history.rows:
        plans[row.plan_id].add(row.object.source_id)
    for one in history.ours:
        if "/users" not in one.path.lower() or one.status >= 300:
            continue
        cycle = history.cycles[one.sender.cycle]
        for change in one.changes:
            # A group that loses whoever left is the target's doing.
            key = user_of(change.after) if change.after.kind == "User" else ""
            if key and key in planned and cycle.plan_id and key not in plans[cycle.plan_id]:
                yield f"cycle {cycle.number} wrote to {key}, who is not in its plan"


def _titles(body: object) -> Iterator[str]:
    """Every title that a request body writes."""
    if not isinstance(body, dict):
        return
    if isinstance(body.get("title"), str):
        yield body["title"]
    for operation in body.get("Operations", ()):
        value = operation.get("value")
        if operation.get("path") == "title" and isinstance(value, str):
            yield value
        if isinstance(value, dict) and isinstance(value.get("title"), str):
            yield value["title"]
