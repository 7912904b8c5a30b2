"""Is this object assigned, with a role that counts, active, and let through by a filter?

Every reason that applies is kept, not just the first (entra-provisioning 4.3, 4.4). In scope mode
*all* nobody needs an assignment, and the exclusion of Default Access has no effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from provisioning.core.app_roles import Assigned, app_roles
from provisioning.core.definition import JobDefinition, ScopeMode
from provisioning.core.expressions import Context
from provisioning.core.resource import SourceObject, State, Value
from provisioning.core.scoping import judge
from provisioning.core.vocabulary import MEMBER_OF, OF_MANAGER, ROLE_ASSIGNMENTS, Reason

MOST_REFUSALS = 20
"""Clauses that a reason keeps: a definition may have ten thousand."""


@dataclass(frozen=True, slots=True)
class Because:
    """A reason code with what its sentence needs."""

    reason: Reason
    params: Mapping[str, Value] = field(default_factory=dict)

    def as_document(self) -> dict[str, object]:
        """As rows, standings and entries store it: {reason, params}."""
        return {"reason": str(self.reason), "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Entitled when no reason speaks against it."""

    reasons: tuple[Because, ...] = ()

    @property
    def entitled(self) -> bool:
        """Whether the object may be provisioned."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Subject:
    """One object with everything of ours that decides about it."""

    source: SourceObject
    assigned: Sequence[Assigned] = ()
    member_of: Sequence[str] = ()
    # The manager's own attributes, when a rule asks for them; nothing for whoever has none.
    manager: Mapping[str, Value] = field(default_factory=dict)
    # What expressions may know besides attributes, but for the time.
    context: Context = field(default_factory=Context)

    def view(self, definition: JobDefinition, *, soft_deleted: bool) -> dict[str, Value]:
        """The attributes that filters and mappings see, computed ones included."""
        values = {f"{OF_MANAGER}{name}": value for name, value in self.manager.items()}
        values |= self.source.attributes
        values["IsSoftDeleted"] = soft_deleted
        values[MEMBER_OF] = list(self.member_of)
        values[ROLE_ASSIGNMENTS] = [
            {"value": role.value, "displayName": role.name}
            for role in app_roles(definition, self.assigned)
        ]
        return values


def entitlement(definition: JobDefinition, subject: Subject) -> Entitlement:
    """Whether the object may be provisioned, and every reason why not."""
    reasons: list[Because] = []
    if definition.scope is ScopeMode.ASSIGNED:
        if not subject.assigned:
            reasons.append(Because(Reason.NOT_ASSIGNED))
        elif definition.exclude_default_access and not any(a.role for a in subject.assigned):
            through = dict.fromkeys(a.through for a in subject.assigned if a.through)
            reasons.append(Because(Reason.DEFAULT_ACCESS_ONLY, {"through": list(through)}))
    if subject.source.state is not State.ACTIVE:
        reasons.append(Because(Reason.NOT_ACTIVE, {"state": subject.source.state.value}))
    reasons.extend(_refused_by_filters(definition, subject))
    return Entitlement(tuple(reasons))


def _refused_by_filters(definition: JobDefinition, subject: Subject) -> list[Because]:
    mapping = definition.of(subject.source.kind)
    if not mapping.filters:
        return []
    verdict = judge(mapping.filters, subject.view(definition, soft_deleted=False))
    if verdict.in_scope:
        return []
    refusals = verdict.refusals[:MOST_REFUSALS]
    told = [refusal.as_document(mapping.secret_sources) for refusal in refusals]
    return [Because(Reason.FILTER_FAILED, {"filters": told})]
