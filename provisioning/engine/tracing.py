"""How each attribute got its value, in words and as documents: for commands and pages alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from json import dumps
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.definition import JobDefinition
from provisioning.core.expressions import Step
from provisioning.core.mapping import Flow
from provisioning.core.resource import Value
from provisioning.core.value_traces import Unapplied, ValueTrace, stage_now, value_traces
from provisioning.engine.facts import Fact
from provisioning.engine.spoken import advice_of, message_of

FLOWS: Mapping[str, str] = {
    Flow.DEFAULT: gettext_noop("The default for a new account, as the value is empty."),
    Flow.CLEARED: gettext_noop("Cleared, as the value is empty."),
    Flow.EMPTY: gettext_noop("Left alone, as the value is empty."),
    Unapplied.CREATION_ONLY: gettext_noop("Not applied: only when an account is created."),
    Unapplied.NOT_TOLD_OF_LEAVING: gettext_noop(
        "Not applied: somebody who leaves is only disabled."
    ),
    Unapplied.NOTHING_SENT: gettext_noop("Not applied: no attribute is sent."),
    Unapplied.ACTION_OFF: gettext_noop("Not applied: the mapping does not allow this action."),
    Unapplied.MEMBERS: gettext_noop("Compared member by member, not as one value."),
    Unapplied.FAILED: gettext_noop("Not applied: the expression fails."),
    Unapplied.HELD_UP: gettext_noop(
        "Not applied: another mapping fails, or a value that must be there is missing."
    ),
}
"""What became of a value, in one sentence; a value that was simply taken needs none."""

REFERENCE = gettext_noop(
    "The id in the directory; the application gets the id of the account there."
)
WITHHELD = gettext_noop("Only the application may see how this value came about.")


def traces_of(definition: JobDefinition, fact: Fact, now: datetime) -> list[ValueTrace]:
    """How each attribute gets its value by what is known of somebody at that time."""
    stage = stage_now(definition, fact.subject, fact.account, now)
    return value_traces(definition, fact.subject, stage, now)


def remarks(trace: ValueTrace) -> list[str]:
    """What is to be said of a mapping beside its value, in the language that is active."""
    told = [_(FLOWS[trace.flow])] if trace.flow in FLOWS else []
    if trace.error is not None:
        told.append(f"{message_of(trace.error)} {advice_of(trace.error)}".strip())
    if trace.is_reference and trace.value is not None:
        told.append(_(REFERENCE))
    if trace.rule.redacts:
        told.append(_(WITHHELD))
    return told


def trace_document(trace: ValueTrace) -> dict[str, Any]:
    """One mapping as `explain --trace --json` prints it."""
    return {
        "target": trace.target,
        "expression": str(trace.rule.source),
        "apply": str(trace.rule.apply),
        "value": trace.value,
        "applied": trace.applied,
        "flow": str(trace.flow),
        "remarks": remarks(trace),
        "trace": [step_document(step) for step in trace.steps],
    }


def step_document(step: Step) -> dict[str, Any]:
    """One step: the piece of the expression, where it stands, what it was given and gave."""
    outcome = {"error": step.error.message} if step.error else {"value": step.value}
    return {
        "expression": step.text,
        "position": step.position,
        "inputs": list(step.inputs),
        **outcome,
    }


def step_line(step: Mapping[str, Any]) -> str:
    """A step of such a document on one line: the piece, what it was given, what it gave."""
    outcome = step["error"] if "error" in step else text_of(step["value"])
    given = ", ".join(map(text_of, step["inputs"]))
    return f"{step['expression']}{': ' * bool(given)}{given} → {outcome}"


def trace_lines(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Such documents for people: a mapping, what it says of itself, and its steps below it."""
    yield _("How each value came about")
    for one in documents:
        value = f" = {text_of(one['value'])}" if one["applied"] else ""
        yield f"  {one['target']}{value}"
        yield f"    {one['expression']}"
        yield from (f"    {remark}" for remark in one["remarks"])
        steps = one["trace"]
        if len(steps) > 1 or any("error" in step for step in steps):
            yield from (f"      {step_line(step)}" for step in steps)


def text_of(value: Value) -> str:
    """A value as JSON writes it: texts in quotes, so that an empty one is seen."""
    return dumps(value, ensure_ascii=False)
