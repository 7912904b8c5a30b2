"""The one decision: what should happen to one object's account, and why.

Pure: everything known about the object goes in as values, a `Decision` comes out. Planning, the
preview, provision on demand and `explain` all call it; there is no second opinion anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal_with_echo
from provisioning.core.definition import JobDefinition, ObjectMapping, TargetAction
from provisioning.core.diff import Change, differences
from provisioning.core.entitlement import Because, Entitlement, Subject
from provisioning.core.leaving import Event, Removal, Since
from provisioning.core.mapping import AttributeMapping, desired_values, empty, matching_value
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import is_reference
from provisioning.core.vocabulary import Operation, Reason

MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Account:
    """The object's account as last seen. `linked` is false for one that was only just matched."""

    target_id: str
    resource: Resource
    echo: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    linked: bool = True
    # When each way in which the object left was first decided.
    left: Since = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """One operation with its reasons.

    `references` are reference attributes by path and the source id they point to: target ids are
    filled in by whoever knows the links. `reasons` of a skip are all that apply. `once` are the
    paths of a creation that an account which exists after all is not given.
    """

    operation: Operation
    reasons: tuple[Because, ...]
    changes: tuple[Change, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    once: tuple[str, ...] = ()

    @property
    def reason(self) -> Reason:
        """The first reason, which names the decision."""
        return self.reasons[0].reason

    @property
    def writes(self) -> bool:
        """Whether a row is needed: something is sent, linked or reported."""
        return self.operation not in (Operation.SKIP, Operation.UNCHANGED)


def decide(
    definition: JobDefinition,
    subject: Subject,
    entitled: Entitlement,
    account: Account | None,
    now: datetime,
) -> Decision:
    """What should happen to the account of `subject`.

    `account` is `None` when the target has none: the object was looked for by its matching
    attributes, or never was because it is not entitled. Raises `ExpressionError` when a mapping
    cannot be evaluated for this object.
    """
    if entitled.entitled:
        if account is None:
            return _create(definition, subject, now)
        return _keep_in_step(definition, subject, account, now)
    if account is None or not account.linked:
        return Decision(Operation.SKIP, entitled.reasons)
    return _leave(definition, subject, entitled, account, now)


def matching_values(
    definition: JobDefinition, subject: Subject, now: datetime
) -> list[tuple[AttributePath, Value]]:
    """What the account is looked up with, by precedence; empty values are skipped (Entra 6.3)."""
    view = subject.view(definition, soft_deleted=False)
    context = replace(subject.context, now=now)
    found = [
        (mapping.target, matching_value(mapping, view, context))
        for mapping in definition.of(subject.source.kind).matching
    ]
    return [(path, value) for path, value in found if value is not None]


def lasting_values(
    definition: JobDefinition, subject: Subject, now: datetime
) -> tuple[dict[AttributePath, Value], dict[str, str]]:
    """What the account of somebody entitled should hold for as long as it exists.

    As plain values by path, those that can be written only once included, and as references by
    path with the source id they point to. Raises `ExpressionError` as `decide`.
    """
    wanted, references = _wanted(definition, subject, now, creating=False)
    return {**_fixed(definition, subject, now), **wanted}, references


def changes_to(
    wanted: Mapping[AttributePath, Value], account: Account, kind: Kind
) -> tuple[Change, ...]:
    """What differs, except values the target is known to store in its own way (F18)."""
    return tuple(
        change
        for change in differences(wanted, account.resource, kind)
        if not _echoes(change, account, kind)
    )


def _create(definition: JobDefinition, subject: Subject, now: datetime) -> Decision:
    mapping = definition.of(subject.source.kind)
    if TargetAction.CREATE not in mapping.actions:
        return Decision(Operation.SKIP, (Because(Reason.NO_COUNTERPART),))
    wanted, references = _wanted(definition, subject, now, creating=True)
    missing = [path for path in mapping.required if empty(wanted.get(path))]
    if missing:
        names = [str(path) for path in missing]
        return Decision(
            Operation.SKIP,
            (Because(Reason.ATTRIBUTE_VALIDATION_FAILED, {"properties": names}),),
        )
    changes = differences(wanted, {}, mapping.kind)
    once = tuple(str(path) for path in _once(mapping, wanted))
    return Decision(Operation.CREATE, (Because(Reason.NO_MATCH),), changes, references, once)


def _once(mapping: ObjectMapping, wanted: Mapping[AttributePath, Value]) -> Iterator[AttributePath]:
    """What only creation writes: by the mapping, or because the attribute allows no more."""
    for rule in mapping.attributes:
        if rule.target in wanted and not rule.acts(creating=False):
            yield rule.target


def _keep_in_step(
    definition: JobDefinition, subject: Subject, account: Account, now: datetime
) -> Decision:
    mapping = definition.of(subject.source.kind)
    changes: tuple[Change, ...] = ()
    references: Mapping[str, str] = {}
    if TargetAction.UPDATE in mapping.actions:
        wanted, references = _wanted(definition, subject, now, creating=False)
        changes = changes_to(wanted, account, mapping.kind)
    operation, reason = Operation.UPDATE, Reason.ATTRIBUTES_DIFFER
    if not account.linked:
        operation, reason = Operation.ADOPT, Reason.MATCHED
    elif not changes:
        operation, reason = Operation.UNCHANGED, Reason.REDUNDANT_EXPORT
    elif any(_switches_on(change) for change in changes):
        operation, reason = Operation.ENABLE, Reason.BACK_IN_SCOPE
    reasons = (Because(reason), *_not_writable(definition, subject, account, now))
    return Decision(operation, reasons, changes, references)


def _not_writable(
    definition: JobDefinition, subject: Subject, account: Account, now: datetime
) -> Iterator[Because]:
    """What differs and stays so, since the application lets it be written only once, or never."""
    fixed = _fixed(definition, subject, now)
    paths = [str(change.path) for change in changes_to(fixed, account, subject.source.kind)]
    if paths:
        yield Because(Reason.NOT_WRITABLE, {"properties": list(paths)})


def _fixed(
    definition: JobDefinition, subject: Subject, now: datetime
) -> dict[AttributePath, Value]:
    """What the application lets be written only once, or never."""
    rules = definition.of(subject.source.kind).attributes
    fixed = [rule for rule in rules if rule.written_once]
    if not fixed:
        return {}
    view = subject.view(definition, soft_deleted=False)
    return desired_values(fixed, view, replace(subject.context, now=now), creating=True)


def _leave(
    definition: JobDefinition,
    subject: Subject,
    entitled: Entitlement,
    account: Account,
    now: datetime,
) -> Decision:
    mapping = definition.of(subject.source.kind)
    events = ways_out(definition, subject, entitled)
    removal = definition.leaving.removal(events, account.left, now)
    if removal is Removal.DELETE and TargetAction.DELETE in mapping.actions:
        return Decision(Operation.DELETE, entitled.reasons)
    if removal is Removal.NOTHING or TargetAction.UPDATE not in mapping.actions:
        return Decision(Operation.SKIP, entitled.reasons)
    changes = _leaving_changes(definition, subject, account, now)
    if not changes:
        return Decision(Operation.SKIP, entitled.reasons)
    return Decision(Operation.DISABLE, entitled.reasons, changes)


def ways_out(
    definition: JobDefinition, subject: Subject, entitled: Entitlement
) -> tuple[Event, ...]:
    """In which ways the object left; none for whoever is entitled."""
    if entitled.entitled:
        return ()
    reasons = [because.reason for because in entitled.reasons]
    return definition.leaving.events(subject.source.kind, subject.source.state, reasons)


def _leaving_changes(
    definition: JobDefinition, subject: Subject, account: Account, now: datetime
) -> tuple[Change, ...]:
    """Only attributes that are told of leaving: whoever unmaps `active` is not disabled (6.9)."""
    mapping = definition.of(subject.source.kind)
    view = subject.view(definition, soft_deleted=True)
    telling = [rule for rule in mapping.attributes if rule.tells_leaving]
    wanted = desired_values(telling, view, replace(subject.context, now=now), creating=False)
    return changes_to(wanted, account, mapping.kind)


def _wanted(
    definition: JobDefinition, subject: Subject, now: datetime, *, creating: bool
) -> tuple[dict[AttributePath, Value], dict[str, str]]:
    """Plain values by path, and references by path with the source id they point to."""
    mapping = definition.of(subject.source.kind)
    view = subject.view(definition, soft_deleted=False)
    context = replace(subject.context, now=now)
    plain = [rule for rule in _plain(mapping) if not is_reference(rule.target, mapping.kind)]
    pointing = [rule for rule in _plain(mapping) if is_reference(rule.target, mapping.kind)]
    wanted = desired_values(plain, view, context, creating=creating)
    targets = desired_values(pointing, view, context, creating=creating)
    references = {str(path): str(value) for path, value in targets.items() if value is not None}
    wanted.update({path: None for path, value in targets.items() if value is None})
    return wanted, references


def _plain(mapping: ObjectMapping) -> list[AttributeMapping]:
    """Every rule but that of group members, which are compared as edges."""
    return [rule for rule in mapping.attributes if str(rule.target) != MEMBERS]


def _echoes(change: Change, account: Account, kind: Kind) -> bool:
    echo = account.echo.get(str(change.path))
    return echo is not None and equal_with_echo(change.path, kind, change.new, change.old, echo)


def _switches_on(change: Change) -> bool:
    return str(change.path) == "active" and change.new is True
