"""Why is this person, or group, (not) in the application? One verdict with all its reasons.

Decided afresh from the directory as it is now, then told apart by what the job knows: a link, an
escrow, a row that waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.definition import JobDefinition
from provisioning.core.entitlement import Because, Entitlement, entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import decide, matching_values
from provisioning.core.vocabulary import Reason
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.remedies import remedies
from provisioning.engine.role_words import role_document
from provisioning.engine.sentences import sentence
from provisioning.engine.spoken import spoken
from provisioning.engine.tracing import trace_document, traces_of
from provisioning.models import DirectoryObject, Escrow, Job, Link, Standing


@dataclass(frozen=True, slots=True)
class Known:
    """What the job knows of one object: its facts, how it stood last, what it failed at."""

    fact: Fact
    standing: Standing | None
    escrow: Escrow | None
    # Groups through which somebody would be assigned if nested groups were followed.
    around: Sequence[str] = ()


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
    document = explained(job, replace(found, around=_around(job, row)))
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
    unmatchable = _told(_unmatchable(definition, fact))
    if not entitled.entitled:
        why = _told(_naming(known.around, one) for one in entitled.reasons)
        # What stands in the way besides: no value to match by; why a leaver is still there.
        besides = [*unmatchable, *_hold(known.standing), *_quarantine(job)]
        return _document(definition, fact, Reason.NOT_EFFECTIVELY_ENTITLED, why, besides)
    if unmatchable:
        return _document(definition, fact, Reason.IMPORT_SKIPPED, unmatchable)
    code, why = _entitled(job, known)
    return _document(definition, fact, code, [*why, *_quarantine(job)])


def _around(job: Job, row: DirectoryObject) -> list[str]:
    """Assigned groups whose groups inside somebody is in, though nested groups are not followed."""
    definition = _definition(job)
    if definition.nested_groups:
        return []
    [fact] = Facts(job, replace(definition, nested_groups=True)).of([row], [])
    return list(dict.fromkeys(one.through for one in fact.subject.assigned if one.through))


def _naming(around: Sequence[str], because: Because) -> Because:
    """The reason; that somebody is not assigned names the assigned groups around."""
    if because.reason is not Reason.NOT_ASSIGNED or not around:
        return because
    return replace(because, params={"nested": list(around)})


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


def _unmatchable(definition: JobDefinition, fact: Fact) -> list[Because]:
    """That there is no value to look the account up with; an expression that fails says so
    itself, in the escrow of the last cycle.
    """
    try:
        if fact.link or matching_values(definition, fact.subject, Clock().now()):
            return []
    except ConfigurationError:
        return []
    paths = [str(rule.target) for rule in definition.of(fact.subject.source.kind).matching]
    return [Because(Reason.IMPORT_SKIPPED, {"properties": list(paths)})]


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


def _document(
    definition: JobDefinition,
    fact: Fact,
    code: str,
    because: Sequence[dict[str, Any]],
    besides: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The answer; what is `besides` the reasons is told only as something to change."""
    inside = fact.link is not None and not fact.link.disabled_by_us
    verdict = (
        _("%(name)s is in the application.") if inside else _("%(name)s is not in the application.")
    )
    name = fact.row.display_name
    return {
        "in_application": inside,
        "verdict": verdict % {"name": name},
        "code": str(code),
        "because": _with_role(definition, fact, because),
        "to_change": remedies([*because, *besides], definition, name),
    }


def _with_role(
    definition: JobDefinition, fact: Fact, because: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The reasons; the first one's detail says which role wins, if there is any, and why."""
    role = role_document(definition, fact.subject.assigned)
    if not role or not because:
        return list(because)
    first, *rest = because
    return [{**first, "detail": {**first["detail"], "role": role}}, *rest]


def _told(reasons: Iterable[Because]) -> list[dict[str, Any]]:
    return [_because(one.reason, one.params) for one in reasons]


def _because(reason: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reason": str(reason),
        "sentence": sentence(str(reason), params),
        "detail": dict(params),
    }
