"""What a job knows of one object: its facts, how it stood last, what it failed at, and how the job
itself is. Now, or at a moment of the past, from the rows that held then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from provisioning.core.definition import JobDefinition
from provisioning.core.health import MANUAL
from provisioning.core.vocabulary import CycleState, Reason
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.past import Past
from provisioning.engine.quarantine import evidence_of_a_person
from provisioning.models import (
    AuditEvent,
    Cycle,
    DirectoryObject,
    Escrow,
    Job,
    Link,
    PastStanding,
    Standing,
)
from provisioning.models.audit import Activity
from provisioning.models.cycle import Purpose

FAILURES = (Reason.FAILED, Reason.DUPLICATE_SOURCE, Reason.DUPLICATE_TARGET)
HEALTHY = (CycleState.SUCCEEDED, CycleState.PARTLY, CycleState.WAITING)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for everybody: the time, the rules, whether a plan was ever approved, and the
    evidence of a quarantine.
    """

    now: datetime
    definition: JobDefinition
    approved: bool
    quarantine: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the job knows of one object."""

    fact: Fact
    standing: Standing | None
    escrow: Escrow | None
    around: Circumstances
    # Groups through which somebody would be assigned if nested groups were followed.
    nested: Sequence[str] = ()


def know(job: Job, row: DirectoryObject) -> Known:
    """What is known now."""
    rows = {"job": job, "object": row}
    return known(
        job,
        row,
        link=Link.objects.filter(**rows).first(),
        standing=Standing.objects.filter(**rows).first(),
        escrow=Escrow.objects.filter(**rows).first(),
    )


def known(
    job: Job,
    row: DirectoryObject,
    *,
    link: Link | None,
    standing: Standing | None,
    escrow: Escrow | None,
) -> Known:
    """What was read already, with the facts."""
    if job.definition is None:
        raise LookupError(f"{job} has no definition.")
    around = Circumstances(
        now=Clock().now(),
        definition=job.definition.as_definition(),
        approved=job.approved_once,
        quarantine=job.quarantine_evidence if job.quarantined else None,
    )
    [fact] = Facts(job, around.definition).of([row], [link] if link else [])
    return Known(fact, standing, escrow, around)


def known_then(past: Past, row: DirectoryObject) -> Known:
    """What was known at a moment of the past. Raises `ConfigurationError` when the directory did
    not know the object yet.
    """
    around = Circumstances(
        now=past.at,
        definition=past.definition.as_definition(),
        approved=past.approved,
        quarantine=_quarantine(past),
    )
    fact = past.fact(row)
    standing = _standing(past, row)
    return Known(fact, standing, _escrow(past, standing), around)


def _standing(past: Past, row: DirectoryObject) -> Standing | None:
    columns = ("code", "reasons", "since")
    rows = {"job": past.job, "object": row, "since__lte": past.at}
    still = Standing.objects.filter(**rows).values_list(*columns)
    ended = PastStanding.objects.filter(**rows, until__gt=past.at).values_list(*columns)
    for code, reasons, since in still.union(ended, all=True):
        return Standing(job=past.job, object=row, code=code, reasons=reasons, since=since)
    return None


def _escrow(past: Past, standing: Standing | None) -> Escrow | None:
    """A failure waits for its retry for as long as it stands, unless a restart forgot it."""
    if standing is None or standing.code not in FAILURES or not standing.reasons:
        return None
    restarts = AuditEvent.objects.filter(
        application=past.job.application_id,
        activity=Activity.RESTART,
        at__gt=standing.since,
        at__lte=past.at,
    )
    if restarts.exists():
        return None
    error = standing.reasons[0]["params"]
    return Escrow(
        job=past.job,
        object_id=standing.object_id,
        code=str(error.get("code", standing.code)),
        message=str(error.get("reason", "")),
    )


def _quarantine(past: Past) -> Mapping[str, Any] | None:
    """The evidence of a person who held the job back, or of the newest cycle that says anything of
    the target's health, if it says that it is bad; unless the mark was taken off since.
    """
    by_hand = _set_by_hand(past) if past.marked else None
    if by_hand is not None:
        return by_hand
    cycles = Cycle.objects.filter(job=past.job, purpose=Purpose.CYCLE, ended__lte=past.at)
    judged = cycles.filter(state__in=(CycleState.QUARANTINED, *HEALTHY))
    newest = judged.order_by("-ended", "-number").first()
    if newest is None or newest.ended is None or newest.state != CycleState.QUARANTINED:
        return None
    events = AuditEvent.objects.filter(
        application=past.job.application_id,
        activity__in=(Activity.RESTART, Activity.QUARANTINE),
        at__gt=newest.ended,
        at__lte=past.at,
    )
    if any(_takes_off(one) for one in events):
        return None
    evidence: Mapping[str, Any] = newest.error
    return evidence


def _set_by_hand(past: Past) -> Mapping[str, Any] | None:
    events = AuditEvent.objects.filter(
        application=past.job.application_id,
        activity__in=(Activity.QUARANTINE, Activity.RESTART),
        at__lte=past.at,
    )
    last = events.select_related("actor").order_by("-at", "-pk").first()
    if last is None or not any(change.get("new") == MANUAL for change in last.changes):
        return None
    return evidence_of_a_person(last.actor)


def _takes_off(event: AuditEvent) -> bool:
    if event.activity == Activity.RESTART:
        return True
    return any(change.get("new") is None for change in event.changes)
