"""Standings: the latest verdict per person, and the one log entry when a skip verdict changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from provisioning.core.entitlement import Because
from provisioning.core.vocabulary import Action, Operation, Reason, Status
from provisioning.engine.facts import Fact
from provisioning.engine.work import Work
from provisioning.models import LogEntry, PastStanding, Standing, bulk

SKIPS = (Reason.NOT_EFFECTIVELY_ENTITLED, Reason.IMPORT_SKIPPED)


@dataclass(slots=True)
class Verdict:
    """What was decided about one object, with every reason."""

    fact: Fact
    code: str
    reasons: Sequence[Because]

    @property
    def stored_reasons(self) -> list[dict[str, object]]:
        """Reasons as JSON: [{reason, params}]."""
        return [because.as_document() for because in self.reasons]


def keep_verdicts(work: Work, verdicts: Sequence[Verdict]) -> None:
    """Store the verdicts that are new or changed; a skip that is new gets a log entry."""
    before = {
        standing.object_id: standing
        for standing in Standing.objects.filter(
            job=work.job, object_id__in=[verdict.fact.row.pk for verdict in verdicts]
        )
    }
    changed = [verdict for verdict in verdicts if _differs(verdict, before)]
    save_standings(
        standing_of(work, verdict.fact, verdict.code, verdict.stored_reasons) for verdict in changed
    )
    bulk.insert([_skip_entry(work, verdict) for verdict in changed if verdict.code in SKIPS])


def save_standings(standings: Iterable[Standing]) -> None:
    """Insert or replace the standing of each object, all of one job, from one moment on; what was
    replaced is kept as the past.
    """
    new = list(standings)
    for one in new:
        one.since = new[0].since
    if new:
        PastStanding.keep(new[0].job_id, [one.object_id for one in new], new[0].since)
    bulk.upsert(
        new,
        by=["job_id", "object_id"],
        take=["code", "reasons", "revision", "definition_version", "since"],
    )


def standing_of(work: Work, fact: Fact, code: str, reasons: list[dict[str, object]]) -> Standing:
    """The row of one verdict, decided now under the cycle's definition."""
    return Standing(
        job=work.job,
        object=fact.row,
        code=code,
        reasons=reasons,
        revision=fact.row.revision,
        definition_version=work.cycle.definition.version,
        since=work.now,
    )


def _differs(verdict: Verdict, before: Mapping[UUID, Standing]) -> bool:
    standing = before.get(verdict.fact.row.pk)
    if standing is None:
        return True
    if verdict.code == Reason.PROVISIONED:
        # Somebody unchanged may still wait for a reference: that verdict stands.
        return standing.code not in (Reason.PROVISIONED, Reason.WAITING_FOR_REFERENCE)
    return (standing.code, standing.reasons) != (verdict.code, verdict.stored_reasons)


def _skip_entry(work: Work, verdict: Verdict) -> LogEntry:
    row, reasons = verdict.fact.row, verdict.stored_reasons
    return LogEntry(
        job=work.job,
        cycle=work.cycle,
        object=row,
        at=work.now,
        kind=row.kind,
        source_id=row.source_id,
        source_name=row.display_name,
        target_id=verdict.fact.link.target_id if verdict.fact.link else "",
        action=Action.OTHER,
        status=Status.SKIPPED,
        operation=Operation.SKIP,
        reason=verdict.code,
        params={"name": row.display_name, "reasons": reasons},
        steps=skip_steps(row.display_name, reasons),
    )


def skip_steps(name: str, reasons: list[dict[str, object]]) -> list[dict[str, object]]:
    """The steps of a skip, by Entra's names (entra-provisioning 14.2)."""
    return [
        step("EntryImport", "import", Status.SUCCESS, {"name": name}),
        step("EntrySynchronizationSkip", "scoping", Status.SKIPPED, {"reasons": reasons}),
    ]


def step(name: str, kind: str, status: str, details: dict[str, object]) -> dict[str, object]:
    """One provisioning step of a log entry; its description is spoken when it is read."""
    return {"name": name, "provisioningStepType": kind, "status": status, "details": details}
