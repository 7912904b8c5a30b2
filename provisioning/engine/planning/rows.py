"""Decisions become plan rows: references are resolved as far as links are known by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal
from provisioning.core.diff import Change
from provisioning.core.errors import ProvisioningError
from provisioning.core.evaluate import Account, Decision
from provisioning.core.resource import Kind, Value
from provisioning.core.vocabulary import REMOVALS, Lane, Operation, Reason, RowState
from provisioning.engine.facts import Fact
from provisioning.engine.spoken import stored_error
from provisioning.engine.work import Work
from provisioning.models import DirectoryObject, Job, Link, PlanRow

EMPTIES = "empties"
"""The parameter of a group's rows that leave it without any member we know."""


@dataclass(slots=True)
class References:
    """Where the references of a page of objects point to: their managers and managers' accounts."""

    managers: Mapping[UUID, DirectoryObject]
    targets: Mapping[UUID, str] = field(default_factory=dict)

    @classmethod
    def of(cls, job: Job, facts: Sequence[Fact]) -> References:
        """Two queries for a whole page."""
        managers = DirectoryObject.objects.managers_of([fact.row for fact in facts])
        links = Link.objects.filter(
            job=job, object_id__in={manager.pk for manager in managers.values()}
        )
        return cls(managers, dict(links.values_list("object_id", "target_id")))

    def target_of(self, person: UUID) -> str | None:
        """The account of somebody's manager, as far as there is one."""
        manager = self.managers.get(person)
        return self.targets.get(manager.pk) if manager is not None else None


def row_of(
    work: Work,
    fact: Fact,
    decision: Decision,
    references: References,
    account: Account | None,
) -> PlanRow | None:
    """The row of a decision, or nothing when nothing is to be sent, linked or told.

    A reference to an account that is known is a change like any other; one to somebody without an
    account stays open in the row, to be filled in once it is known whether one will be made.
    """
    changes, open_references = _with_references(fact, decision, references, account)
    operation = decision.operation
    reason = decision.reasons[0]
    if operation is Operation.UNCHANGED and (changes or open_references):
        operation, reason = Operation.UPDATE, type(reason)(Reason.ATTRIBUTES_DIFFER)
    if operation in (Operation.UNCHANGED, Operation.SKIP):
        return None
    return PlanRow(
        plan_id=work.plan.pk,
        object_id=fact.row.pk,
        operation=operation,
        lane=Lane.REMOVALS if operation in REMOVALS else Lane.CHANGES,
        target_id=account.target_id if account else "",
        changes=stored_changes(changes),
        references=open_references,
        resource=None if account is None or account.linked else dict(account.resource),
        reason=reason.reason,
        params={
            "because": [because.as_document() for because in decision.reasons],
            **reason.params,
            **_redacted(work, fact),
            **_pointed(open_references, account),
            **({"once": list(decision.once)} if decision.once else {}),
        },
        revision=fact.row.revision,
        state=RowState.PLANNED,
    )


def _redacted(work: Work, fact: Fact) -> dict[str, Value]:
    """Which paths no log, plan or preview may show."""
    paths = work.definition.of(fact.subject.source.kind).redacted
    return {"redacted": list(paths)} if paths else {}


def _pointed(open_references: Mapping[str, str], account: Account | None) -> dict[str, Value]:
    """The before-images of references that are filled in when the row is sent."""
    resource = account.resource if account else {}
    held = {path: AttributePath.parse(path).get(resource) for path in open_references}
    pointed = {path: value for path, value in held.items() if value is not None}
    return {"pointed": pointed} if pointed else {}


def failed_row(work: Work, fact: Fact, error: ProvisioningError) -> PlanRow:
    """The row of an object about which nothing can be decided; others go on."""
    return PlanRow(
        plan=work.plan,
        object=fact.row,
        operation=Operation.FAILED,
        lane=Lane.CHANGES,
        target_id=fact.link.target_id if fact.link else "",
        reason=error.code,
        error=stored_error(error),
        revision=fact.row.revision,
        state=RowState.FAILED,
    )


def stored_changes(changes: Iterable[Change]) -> list[list[Value]]:
    """Changes as JSON: [[path, old, new]]."""
    return [[str(change.path), change.old, change.new] for change in changes]


def read_changes(stored: Iterable[Sequence[Value]]) -> tuple[Change, ...]:
    """The changes a row stores."""
    return tuple(Change(AttributePath.parse(str(p)), old, new) for p, old, new in stored)


def _with_references(
    fact: Fact,
    decision: Decision,
    references: References,
    account: Account | None,
) -> tuple[list[Change], dict[str, str]]:
    changes, still_open = list(decision.changes), {}
    for path, _key in decision.references.items():
        manager = references.managers.get(fact.row.pk)
        if manager is None:
            continue
        target_id = references.targets.get(manager.pk)
        if target_id is None:
            still_open[path] = str(manager.pk)
        elif change := reference_change(path, target_id, account):
            changes.append(change)
    return changes, still_open


def reference_change(path: str, target_id: str, account: Account | None) -> Change | None:
    """The change that makes the reference point to this account, if it does not already."""
    parsed = AttributePath.parse(path)
    current = parsed.get(account.resource) if account else None
    if equal(parsed, Kind.USER, target_id, current):
        return None
    return Change(parsed, current, target_id)
