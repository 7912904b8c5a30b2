"""What the commands print of cycles and plans: documents with the keys of interface.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.vocabulary import CycleState, Operation, RowState
from provisioning.core.wording import gettext_noop
from provisioning.engine import closing
from provisioning.engine.guard_words import guard_sentences
from provisioning.engine.spoken import spoken
from provisioning.models import Cycle, Plan, PlanRow

PARTS: Mapping[str, str] = {
    "scope": gettext_noop("scope"),
    "exclude_default_access": gettext_noop("Default Access"),
    "nested_groups": gettext_noop("nested groups"),
    "roles": gettext_noop("roles"),
    "leaving": gettext_noop("leaving"),
    "guard": gettext_noop("the guard's limits"),
    "dialect": gettext_noop("dialect"),
    "users.enabled": gettext_noop("whether people are provisioned"),
    "users.filters": gettext_noop("filters of people"),
    "users.actions": gettext_noop("actions on people"),
    "users.attributes": gettext_noop("mappings of people"),
    "users.required": gettext_noop("mappings of people"),
    "groups.enabled": gettext_noop("whether groups are provisioned"),
    "groups.filters": gettext_noop("filters of groups"),
    "groups.actions": gettext_noop("actions on groups"),
    "groups.attributes": gettext_noop("mappings of groups"),
    "groups.required": gettext_noop("mappings of groups"),
}
"""The parts of a definition that an edit names (core/edits.py)."""

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def cycle_document(cycle: Cycle, seconds: float) -> dict[str, Any]:
    """The `cycle` command's answer."""
    job = cycle.job
    job.refresh_from_db()
    waiting_first = cycle.state == CycleState.WAITING and not job.approved_once
    counts = (
        _in_order(cycle.plan.counts) if waiting_first and cycle.plan else closing.counts_of(cycle)
    )
    quarantine = None
    if job.quarantined_at is not None:
        quarantine = {
            "reason": job.quarantine_reason,
            "since": job.quarantined_at,
            "next_try": job.next_run,
            **_told(job.quarantine_evidence),
        }
    return {
        "cycle": cycle.number,
        "kind": cycle.kind,
        "state": cycle.state,
        "counts": counts,
        "requests": {method: cycle.requests.get(method, 0) for method in METHODS},
        "seconds": round(seconds, 3),
        "watermark": job.watermark,
        "quarantine": quarantine,
        "digest": cycle.plan.digest if cycle.plan else None,
        "error": {"code": cycle.error.get("code"), **_told(cycle.error)} if cycle.error else None,
        "stale": _stale(cycle),
        "decided_again": decided_again_sentence(cycle),
    }


def decided_again_sentence(cycle: Cycle) -> str:
    """Why a cycle looked at people who did not change, or nothing: the configuration was saved."""
    edit = cycle.plan.edit if cycle.plan else {}
    if not edit:
        return ""
    changed = [_(PARTS[part]) for part in edit["changed"]]
    return _(
        "The configuration was saved (%(changed)s); people and groups decided again because of "
        "it: %(number)d."
    ) % {
        "changed": ", ".join(changed) or _("nothing that decides"),
        "number": edit.get("number", 0),
    }


def _stale(cycle: Cycle) -> list[dict[str, Any]]:
    """The rows that no longer fitted their accounts: nothing of them was sent."""
    rows = PlanRow.objects.filter(plan=cycle.plan, state=RowState.STALE).select_related("object")
    return [operation_document(row) for row in rows.order_by("object__display_name", "pk")]


def _guard(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The guard's verdict with its reasons in the language that is active."""
    guard = dict(stored)
    judged = guard.pop("judged", None)
    return guard if judged is None else {**guard, "reasons": guard_sentences(stored)}


def _told(error: Mapping[str, Any]) -> dict[str, str]:
    """A stored error for a person: what happened, and what to do."""
    return {"message": spoken(error), "advice": _(str(error.get("advice", "")))}


def plan_document(plan: Plan) -> dict[str, Any]:
    """The `plan` command's answer: every operation with its reason and changes."""
    rows = PlanRow.objects.filter(plan=plan).select_related("object")
    return {
        "plan": str(plan.pk),
        "digest": plan.digest,
        "counts": _in_order(plan.counts),
        "guard": _guard(plan.guard),
        "operations": [
            operation_document(row)
            for row in rows.order_by("lane", "wave", "object__display_name", "part").iterator(500)
        ],
    }


def operation_document(row: PlanRow) -> dict[str, Any]:
    """One row as a person reads it."""
    changes = [{"path": path, "old": old, "new": new} for path, old, new in row.shown_changes]
    changes += [{"path": path, "old": None, "new": other} for path, other in row.references.items()]
    changes += [{"path": "members", "old": None, "new": one} for one in row.members.get("add", [])]
    changes += [
        {"path": "members", "old": one, "new": None} for one in row.members.get("remove", [])
    ]
    return {
        "object": {
            "id": row.object.source_id,
            "displayName": row.object.display_name,
            "kind": row.object.kind,
        },
        "operation": row.operation,
        "held": row.state == RowState.HELD,
        "reason": row.reason,
        "changes": changes,
        **({"stale": _difference_of(row)} if row.state == RowState.STALE else {}),
    }


def _difference_of(row: PlanRow) -> list[dict[str, Any]]:
    """What was planned, what the account holds now, and what would have to be sent now."""
    return [
        {"path": path, "planned": {"old": old, "new": new}, "now": now, "to_send": new}
        for path, old, now, new in row.moved
    ]


def _in_order(counts: dict[str, int]) -> dict[str, int]:
    """The contract's order of keys: PostgreSQL's JSON keeps an order of its own."""
    return {operation.value: counts.get(operation.value, 0) for operation in Operation}
