"""Why is this person, or group, (not) in the application? One verdict with all its reasons.

Decided afresh from the directory as it is now, then told apart by what the job knows: a link, an
escrow, a row that waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.definition import JobDefinition
from provisioning.core.entitlement import Because, Entitlement, entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import decide, matching_values
from provisioning.core.vocabulary import Reason
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.sentences import sentence
from provisioning.engine.spoken import spoken
from provisioning.engine.tracing import trace_document, traces_of
from provisioning.models import DirectoryObject, Escrow, Job, Link, Standing

TO_CHANGE: Mapping[str, str] = {
    Reason.NOT_ASSIGNED: gettext_noop("Assign this person, or a group they are in, with a role."),
    Reason.DEFAULT_ACCESS_ONLY: gettext_noop(
        "Assign another role than Default Access, or switch its exclusion off."
    ),
    Reason.NOT_ACTIVE: gettext_noop("Enable or restore the account in the directory."),
    Reason.FILTER_FAILED: gettext_noop("Change the attribute in the directory, or the filter."),
    Reason.IMPORT_SKIPPED: gettext_noop("Fill a matching attribute in the directory."),
    Reason.WAITING_FOR_APPROVAL: gettext_noop("Look at the plan, then approve it."),
    Reason.KEPT: gettext_noop(
        "Nothing: the account is kept. To take it away now, provision this person on demand."
    ),
    Reason.WAITING_FOR_CYCLE: gettext_noop("Nothing: wait for the next cycle, or run one now."),
    Reason.CHANGES_WAITING: gettext_noop("Nothing: wait for the next cycle, or run one now."),
    Reason.QUARANTINED: gettext_noop("Correct the cause of the quarantine, then run a cycle."),
    Reason.FAILED: gettext_noop("Follow the advice of the last log entry; it is tried again."),
    Reason.WAITING_FOR_REFERENCE: gettext_noop(
        "Nothing: the reference follows as soon as the other person has an account."
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the job knows of one object: its facts, how it stood last, what it failed at."""

    fact: Fact
    standing: Standing | None
    escrow: Escrow | None


def explain(job: Job, row: DirectoryObject, *, trace: bool = False) -> dict[str, Any]:
    """The document of the `explain` command; `trace` adds how each attribute got its value."""
    rows = {"job": job, "object": row}
    found = known(
        job,
        row,
        link=Link.objects.filter(**rows).first(),
        standing=Standing.objects.filter(**rows).first(),
        escrow=Escrow.objects.filter(**rows).first(),
    )
    document = explained(job, found)
    if trace:
        traces = traces_of(_definition(job), found.fact, Clock().now())
        document["attributes"] = [trace_document(one) for one in traces]
    return document


def known(
    job: Job,
    row: DirectoryObject,
    *,
    link: Link | None,
    standing: Standing | None,
    escrow: Escrow | None,
) -> Known:
    """What was read already, with the facts."""
    [fact] = Facts(job, _definition(job)).of([row], [link] if link else [])
    return Known(fact, standing, escrow)


def explained(job: Job, known: Known) -> dict[str, Any]:
    """As `explain`, for what was read already."""
    definition, fact = _definition(job), known.fact
    entitled = entitlement(definition, fact.subject)
    if not entitled.entitled:
        document = _document(fact, Reason.NOT_EFFECTIVELY_ENTITLED, _told(entitled.reasons))
        # Why somebody who left is still there: the removal is held, or nothing is written now.
        for waits in [*_hold(known.standing), *_quarantine(job)]:
            document["to_change"].append(_(TO_CHANGE[waits["reason"]]))
        return document
    if fact.link is None and not _can_be_matched(definition, fact):
        paths = [str(rule.target) for rule in definition.of(fact.subject.source.kind).matching]
        skipped = [Because(Reason.IMPORT_SKIPPED, {"properties": list(paths)})]
        return _document(fact, Reason.IMPORT_SKIPPED, _told(skipped))
    code, why = _entitled(job, known)
    return _document(fact, code, [*why, *_quarantine(job)])


def _definition(job: Job) -> JobDefinition:
    if job.definition is None:
        raise LookupError(f"{job} has no definition.")
    return job.definition.as_definition()


def _hold(standing: Standing | None) -> list[dict[str, Any]]:
    """The removal waits for a person, or one decided against it: why a leaver is still there."""
    held = standing is not None and standing.code in (Reason.WAITING_FOR_APPROVAL, Reason.KEPT)
    return [_because(standing.code, {})] if standing and held else []


def _quarantine(job: Job) -> list[dict[str, Any]]:
    """Nothing is written at the moment, whatever else holds."""
    if not job.quarantined:
        return []
    return [_because(Reason.QUARANTINED, {"message": spoken(job.quarantine_evidence)})]


def _can_be_matched(definition: JobDefinition, fact: Fact) -> bool:
    """Whether there is a value to look the account up with; an expression that fails says so
    itself, in the escrow of the last cycle.
    """
    try:
        return bool(matching_values(definition, fact.subject, Clock().now()))
    except ConfigurationError:
        return True


def _entitled(job: Job, known: Known) -> tuple[str, list[dict[str, Any]]]:
    fact, standing, escrow = known.fact, known.standing, known.escrow
    if escrow is not None:
        twice = (Reason.DUPLICATE_SOURCE, Reason.DUPLICATE_TARGET)
        code = escrow.code if escrow.code in twice else Reason.FAILED
        return code, [_failure(code, escrow, standing)]
    if fact.link is not None:
        return _linked(job, fact, standing)
    if standing is not None and standing.code == Reason.IMPORT_SKIPPED:
        reasons = [_because(one["reason"], one.get("params", {})) for one in standing.reasons]
        return Reason.IMPORT_SKIPPED, reasons
    waits = Reason.WAITING_FOR_CYCLE if job.approved_once else Reason.WAITING_FOR_APPROVAL
    return Reason.WAITING_FOR_APPROVAL, [_because(waits, {})]


def _linked(job: Job, fact: Fact, standing: Standing | None) -> tuple[str, list[dict[str, Any]]]:
    """Somebody with an account: in step with the directory, or about to be."""
    waiting = _changes_waiting(job, fact)
    if standing is not None and standing.code == Reason.WAITING_FOR_REFERENCE:
        return standing.code, [_because(standing.code, {}), *waiting]
    return Reason.PROVISIONED, waiting or [_because(Reason.PROVISIONED, {})]


def _changes_waiting(job: Job, fact: Fact) -> list[dict[str, Any]]:
    """What the next cycle would write to the account."""
    definition = _definition(job)
    try:
        decision = decide(definition, fact.subject, Entitlement(), fact.account, Clock().now())
    except ConfigurationError as error:
        return [_because(Reason.FAILED, {"message": error.message})]
    paths = [str(change.path) for change in decision.changes]
    return [_because(Reason.CHANGES_WAITING, {"properties": list(paths)})] if paths else []


def _failure(code: str, escrow: Escrow, standing: Standing | None) -> dict[str, Any]:
    """What the last attempt failed at: the standing keeps its sentence, the escrow its English."""
    params = standing.reasons[0]["params"] if standing and standing.reasons else {}
    if params.get("reason") != escrow.message:
        params = {}
    told = sentence(code, {**params, "message": escrow.message})
    return {"reason": str(code), "sentence": told, "detail": {"message": escrow.message}}


def _document(fact: Fact, code: str, because: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    inside = fact.link is not None and not fact.link.disabled_by_us
    verdict = (
        _("%(name)s is in the application.") if inside else _("%(name)s is not in the application.")
    )
    changes = [_(TO_CHANGE[one["reason"]]) for one in because if one["reason"] in TO_CHANGE]
    return {
        "in_application": inside,
        "verdict": verdict % {"name": fact.row.display_name},
        "code": str(code),
        "because": list(because),
        "to_change": list(dict.fromkeys(changes)),
    }


def _told(reasons: Sequence[Because]) -> list[dict[str, Any]]:
    return [_because(one.reason, one.params) for one in reasons]


def _because(reason: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reason": str(reason),
        "sentence": sentence(str(reason), params),
        "detail": dict(params),
    }
