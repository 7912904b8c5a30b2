"""How each mapped attribute got its value: the decision's own rules, told step by step.

Pure, and the same mappings and flows as `core.evaluate` decides with; nothing that `Redact` covers
leaves this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from provisioning.core.compare import equal
from provisioning.core.definition import JobDefinition, ObjectMapping, TargetAction
from provisioning.core.entitlement import Subject, entitlement
from provisioning.core.errors import ConfigurationError, ExpressionError
from provisioning.core.evaluate import MEMBERS, Account, decide
from provisioning.core.expressions import Context, Step, Traced
from provisioning.core.mapping import AttributeMapping, Flow, empty
from provisioning.core.redaction import REDACTED
from provisioning.core.resource import Kind, Value
from provisioning.core.schema import is_reference
from provisioning.core.vocabulary import Operation


class Stage(StrEnum):
    """What was, or is, to be done with the account: it says which mappings have a say."""

    CREATE = "create"
    UPDATE = "update"
    LEAVE = "leave"
    NOTHING = "nothing"


class Unapplied(StrEnum):
    """Why a mapping had no say."""

    CREATION_ONLY = "creation_only"
    NOT_TOLD_OF_LEAVING = "not_told_of_leaving"
    NOTHING_SENT = "nothing_sent"
    ACTION_OFF = "action_off"
    MEMBERS = "members"
    FAILED = "failed"
    HELD_UP = "held_up"


STAGES: Mapping[Operation, Stage] = {
    Operation.CREATE: Stage.CREATE,
    Operation.ADOPT: Stage.UPDATE,
    Operation.UPDATE: Stage.UPDATE,
    Operation.ENABLE: Stage.UPDATE,
    Operation.UNCHANGED: Stage.UPDATE,
    Operation.DISABLE: Stage.LEAVE,
}
"""The stage of each operation; of the others no attribute is sent."""

ACTIONS = {Stage.CREATE: TargetAction.CREATE, Stage.UPDATE: TargetAction.UPDATE}


@dataclass(frozen=True, slots=True)
class ValueTrace:
    """One mapping: what it gave, what became of that, and how it came about.

    `flow` is the mapping's own answer, or why it had no say.
    """

    rule: AttributeMapping
    flow: Flow | Unapplied
    traced: Traced = field(default_factory=Traced)
    value: Value = None
    is_reference: bool = False
    """Whether the value is the directory's id of another object, whose account's id is sent."""

    @property
    def target(self) -> str:
        """The attribute that is filled."""
        return str(self.rule.target)

    @property
    def applied(self) -> bool:
        """Whether the value is what the account should hold."""
        return self.flow in (Flow.VALUE, Flow.DEFAULT, Flow.CLEARED)

    @property
    def steps(self) -> Sequence[Step]:
        """Each piece with inputs and output, innermost first."""
        return self.traced.steps

    @property
    def error(self) -> ExpressionError | None:
        """Why there is no value."""
        return self.traced.error


def stage_now(
    definition: JobDefinition, subject: Subject, account: Account | None, now: datetime
) -> Stage:
    """What is to be done with the account of somebody, as `decide` would say it."""
    entitled = entitlement(definition, subject)
    if entitled.entitled:
        return Stage.CREATE if account is None else Stage.UPDATE
    try:
        decision = decide(definition, subject, entitled, account, now)
    except ConfigurationError:
        return Stage.LEAVE
    return STAGES.get(decision.operation, Stage.NOTHING)


def agrees(trace: ValueTrace, kind: Kind, decided: Value) -> bool:
    """Whether what was decided once is what the trace explains; true where nobody can tell."""
    if trace.is_reference or trace.rule.redacts:
        return True
    return equal(trace.rule.target, kind, trace.value if trace.applied else None, decided)


def value_traces(
    definition: JobDefinition, subject: Subject, stage: Stage, now: datetime
) -> list[ValueTrace]:
    """One trace per mapping, in their order, with the values that `decide` decides with.

    For somebody to whom nothing is sent they are what a new account would get.
    """
    mapping = definition.of(subject.source.kind)
    view = subject.view(definition, soft_deleted=stage is Stage.LEAVE)
    context = replace(subject.context, now=now)
    traces = [_trace(mapping, rule, stage, view, context) for rule in mapping.attributes]
    if stage is Stage.NOTHING or not _sendable(mapping, stage, traces):
        reason = Unapplied.NOTHING_SENT if stage is Stage.NOTHING else Unapplied.HELD_UP
        traces = [replace(one, flow=reason) if one.applied else one for one in traces]
    return [_masked(one) for one in traces]


def _trace(
    mapping: ObjectMapping,
    rule: AttributeMapping,
    stage: Stage,
    view: Mapping[str, Value],
    context: Context,
) -> ValueTrace:
    reference = is_reference(rule.target, mapping.kind)
    if (without := _without_say(mapping, rule, stage)) is not None:
        return ValueTrace(rule, without, is_reference=reference)
    traced = rule.traced(view, context)
    if traced.error is not None:
        return ValueTrace(rule, Unapplied.FAILED, traced, is_reference=reference)
    creating = stage in (Stage.CREATE, Stage.NOTHING)
    flow, value = rule.flow(traced.value, creating=creating)
    return ValueTrace(rule, flow, traced, value, reference)


def _without_say(mapping: ObjectMapping, rule: AttributeMapping, stage: Stage) -> Unapplied | None:
    """Why the mapping is not even evaluated."""
    if str(rule.target) == MEMBERS:
        return Unapplied.MEMBERS
    if stage in ACTIONS and ACTIONS[stage] not in mapping.actions:
        return Unapplied.ACTION_OFF
    if stage is Stage.LEAVE and not rule.tells_leaving:
        return Unapplied.NOT_TOLD_OF_LEAVING
    creating = stage in (Stage.CREATE, Stage.NOTHING)
    return None if rule.acts(creating=creating) else Unapplied.CREATION_ONLY


def _sendable(mapping: ObjectMapping, stage: Stage, traces: Sequence[ValueTrace]) -> bool:
    """Whether anything is sent: one failure, or on creation one required or every matching value
    that is missing, holds up all of it.
    """
    if any(one.flow is Unapplied.FAILED for one in traces):
        return False
    if stage is not Stage.CREATE:
        return True
    there = {one.rule.target for one in traces if one.applied}
    found_by = any(one.rule.match and not empty(one.traced.value) for one in traces)
    return found_by and there.issuperset(mapping.required)


def _masked(trace: ValueTrace) -> ValueTrace:
    """What only the application may see, as others are shown it: no step, no message, no value."""
    if not trace.rule.redacts:
        return trace
    return replace(trace, value=None if empty(trace.value) else REDACTED, traced=Traced())
