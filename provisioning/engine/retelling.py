"""How the values of a decision came about: of one now, of a plan's row, of a log entry.

Nothing extra is stored (design 2): what decided is evaluated again, from the revision and the
definition that are recorded, with the time of the decision as the clock. Where clock or chance, or
what the application held, decided, the values of today may differ from `decided`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from provisioning.core.resource import Kind, Value
from provisioning.core.value_traces import STAGES, Stage, ValueTrace, stage_now, value_traces
from provisioning.core.vocabulary import Operation
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.past import Past, links_at
from provisioning.engine.tracing import traces_of
from provisioning.models import Definition, DirectoryObject, Job, Link, LogEntry, PlanRow, Revision


@dataclass(frozen=True, slots=True)
class Retold:
    """The traces of a decision, with what was decided then, by target."""

    at: datetime
    kind: Kind
    traces: list[ValueTrace]
    version: int = 0
    decided: Mapping[str, Value] = field(default_factory=dict)


def told(job: Job, person: DirectoryObject, at: datetime | None, now: datetime) -> Retold:
    """What somebody would get now, or would have got then. Raises as `row_retold`."""
    if at is None:
        definition = _definition(job).as_definition()
        [fact] = Facts(job, definition).of([person], Link.objects.filter(job=job, object=person))
    else:
        past = Past.of(job, at, now)
        definition, fact = past.definition.as_definition(), past.fact(person)
    moment = at or now
    return Retold(moment, fact.subject.source.kind, traces_of(definition, fact, moment))


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is recorded of one: about whom, when, what should be done; the row, if it is kept."""

    job: Job
    object: DirectoryObject
    at: datetime
    operation: str
    row: PlanRow | None


def row_retold(row: PlanRow, now: datetime) -> Retold:
    """The row as it was planned. Raises `ConfigurationError` when too little is remembered."""
    decision = _Decision(row.plan.job, row.object, row.plan.created, row.operation, row)
    return _retold(decision, {str(path): new for path, _old, new in row.shown_changes}, now)


def entry_retold(entry: LogEntry, now: datetime) -> Retold:
    """The entry of somebody who is in the directory. Raises as `row_retold`."""
    if entry.object is None:
        raise LookupError("Objects of the directory are kept.")
    at = entry.row.plan.created if entry.row else entry.at
    operation = str(entry.params.get("held") or entry.operation)
    decision = _Decision(entry.job, entry.object, at, operation, entry.row)
    return _retold(decision, {one["displayName"]: one["newValue"] for one in entry.modified}, now)


def _retold(decision: _Decision, decided: Mapping[str, Value], now: datetime) -> Retold:
    past, at = _past(decision, now), decision.at
    definition, stage = past.definition.as_definition(), _stage(decision.operation)
    fact = _fact(past, decision, stage)
    stage = stage or stage_now(definition, fact.subject, fact.account, at)
    return Retold(
        at,
        fact.subject.source.kind,
        value_traces(definition, fact.subject, stage, at),
        past.definition.version,
        decided,
    )


def _past(decision: _Decision, now: datetime) -> Past:
    """The moment of the decision, with the definition that the plan was bound to."""
    job, row = decision.job, decision.row
    if row is None or decision.at < job.remembers_since:
        return Past.of(job, decision.at, now)
    return Past(job, decision.at, row.plan.definition, approved=True, marked=False)


def _definition(job: Job) -> Definition:
    if job.definition is None:
        raise LookupError(f"{job} has no definition.")
    return job.definition


def _stage(operation: str) -> Stage | None:
    """What was done; of those for whom nothing was, it is asked again."""
    if operation in (Operation.SKIP, Operation.FAILED):
        return None
    return STAGES.get(Operation(operation), Stage.NOTHING)


def _fact(past: Past, decision: _Decision, stage: Stage | None) -> Fact:
    """The object at the very revision that was decided about; the account where it matters."""
    row = decision.row
    if row is None or not row.revision:
        return past.fact(decision.object)
    revisions = Revision.objects.select_related("object__origin")
    revision = revisions.get(object=decision.object, number=row.revision)
    links = [] if stage else links_at(past.job, [decision.object.pk], past.at)
    facts = Facts(past.job, past.definition.as_definition(), at=past.at)
    [fact] = facts.of([revision.as_object()], links)
    return fact
