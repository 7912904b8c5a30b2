"""Why is this person, or group, (not) in the application? One verdict with all its reasons.

Decided afresh from the directory as it is, or was, then told apart by what the job knows: a link,
an escrow, a row that waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.definition import JobDefinition
from provisioning.core.entitlement import Because, Entitlement, entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import decide, matching_values
from provisioning.core.vocabulary import Reason
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.knowing import Circumstances, Known, know, known_then
from provisioning.engine.past import Past
from provisioning.engine.remedies import remedies
from provisioning.engine.role_words import role_document
from provisioning.engine.sentences import sentence
from provisioning.engine.spoken import spoken
from provisioning.engine.timers import timer_of
from provisioning.engine.tracing import trace_document, traces_of
from provisioning.models import DirectoryObject, Escrow, Job, Standing


def explain(
    job: Job, row: DirectoryObject, at: datetime | None = None, *, trace: bool = False
) -> dict[str, Any]:
    """The document of the `explain` command, now or at a moment of the past; `trace` adds how each
    attribute got its value.

    Raises `ConfigurationError` for a moment of which nothing is known.
    """
    found = know(job, row) if at is None else known_then(Past.of(job, at, Clock().now()), row)
    document = explained(replace(found, nested=_nested(job, found, at)))
    if trace:
        traces = traces_of(found.around.definition, found.fact, found.around.now)
        document["attributes"] = [trace_document(one) for one in traces]
    return document


def explained(known: Known) -> dict[str, Any]:
    """As `explain`, for what was read already."""
    around, fact = known.around, known.fact
    definition = around.definition
    entitled = entitlement(definition, fact.subject)
    unmatchable = _told(_unmatchable(around, fact))
    if not entitled.entitled:
        why = _told(_naming(known.nested, one) for one in entitled.reasons)
        # What stands in the way besides: no value to match by; why a leaver is still there.
        besides = [*unmatchable, *_hold(known.standing), *_quarantine(around)]
        return _document(definition, fact, Reason.NOT_EFFECTIVELY_ENTITLED, why, besides)
    if unmatchable:
        return _document(definition, fact, Reason.IMPORT_SKIPPED, unmatchable)
    code, why = _entitled(known)
    return _document(definition, fact, code, [*why, *_quarantine(around)])


def _nested(job: Job, found: Known, at: datetime | None) -> list[str]:
    """Assigned groups whose groups inside somebody is in, though nested groups are not followed."""
    definition = found.around.definition
    if definition.nested_groups:
        return []
    followed = Facts(job, replace(definition, nested_groups=True), at=at)
    [fact] = followed.of([found.fact.row], [])
    return list(dict.fromkeys(one.through for one in fact.subject.assigned if one.through))


def _naming(nested: Sequence[str], because: Because) -> Because:
    """The reason; that somebody is not assigned names the assigned groups around."""
    if because.reason is not Reason.NOT_ASSIGNED or not nested:
        return because
    return replace(because, params={"nested": list(nested)})


def _hold(standing: Standing | None) -> list[dict[str, Any]]:
    """The removal waits for a person, or one decided against it: why a leaver is still there."""
    held = standing is not None and standing.code in (Reason.WAITING_FOR_APPROVAL, Reason.KEPT)
    return [_because(standing.code, {})] if standing and held else []


def _quarantine(around: Circumstances) -> list[dict[str, Any]]:
    """Nothing is written at the moment, whatever else holds."""
    if around.quarantine is None:
        return []
    return [_because(Reason.QUARANTINED, {"message": spoken(around.quarantine)})]


def _unmatchable(around: Circumstances, fact: Fact) -> list[Because]:
    """That there is no value to look the account up with; an expression that fails says so
    itself, in the escrow of the last cycle.
    """
    try:
        if fact.link or matching_values(around.definition, fact.subject, around.now):
            return []
    except ConfigurationError:
        return []
    mapping = around.definition.of(fact.subject.source.kind)
    paths = [str(rule.target) for rule in mapping.matching]
    return [Because(Reason.IMPORT_SKIPPED, {"properties": list(paths)})]


def _entitled(known: Known) -> tuple[str, list[dict[str, Any]]]:
    fact, standing, escrow = known.fact, known.standing, known.escrow
    if escrow is not None:
        twice = (Reason.DUPLICATE_SOURCE, Reason.DUPLICATE_TARGET)
        code = escrow.code if escrow.code in twice else Reason.FAILED
        return code, [_failure(code, escrow, standing)]
    if fact.link is not None:
        return _linked(known)
    if standing is not None and standing.code == Reason.IMPORT_SKIPPED:
        reasons = [_because(one["reason"], one.get("params", {})) for one in standing.reasons]
        return Reason.IMPORT_SKIPPED, reasons
    if standing is not None and (why := _held_back(standing)):
        return Reason.WAITING_FOR_APPROVAL, why
    waits = Reason.WAITING_FOR_CYCLE if known.around.approved else Reason.WAITING_FOR_APPROVAL
    return Reason.WAITING_FOR_APPROVAL, [_because(waits, {})]


def _held_back(standing: Standing) -> list[dict[str, Any]]:
    """That a person holds back, or decided against, what somebody without an account would get."""
    if standing.code == Reason.KEPT:
        return [_because(standing.code, {})]
    if standing.code != Reason.WAITING_FOR_APPROVAL:
        return []
    return [_because(one["reason"], one.get("params", {})) for one in standing.reasons]


def _linked(known: Known) -> tuple[str, list[dict[str, Any]]]:
    """Somebody with an account: in step with the directory, or about to be."""
    standing, waiting = known.standing, _changes_waiting(known.around, known.fact)
    if waiting and standing is not None and standing.code == Reason.WAITING_FOR_APPROVAL:
        why = [_because(one["reason"], one.get("params", {})) for one in standing.reasons]
        return standing.code, [_because(standing.code, {}), *why]
    if waiting and standing is not None and standing.code == Reason.KEPT:
        return Reason.PROVISIONED, [_because(standing.code, {})]
    if standing is not None and standing.code == Reason.WAITING_FOR_REFERENCE:
        return standing.code, [_because(standing.code, {}), *waiting]
    return Reason.PROVISIONED, waiting or [_because(Reason.PROVISIONED, {})]


def _changes_waiting(around: Circumstances, fact: Fact) -> list[dict[str, Any]]:
    """What the next cycle would write to the account."""
    entitled = Entitlement()
    try:
        decision = decide(around.definition, fact.subject, entitled, fact.account, around.now)
    except ConfigurationError as error:
        return [_because(Reason.FAILED, {"message": error.message})]
    paths = [str(change.path) for change in decision.changes]
    waiting = [_because(Reason.CHANGES_WAITING, {"properties": list(paths)})] if paths else []
    return [*waiting, *_told(decision.reasons[1:])]


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
    """The reasons; the first one's detail says which role wins, if there is any, and why, and when
    the account is deleted, if it will be.
    """
    role = role_document(definition, fact.subject.assigned)
    more: dict[str, Any] = {"role": role} if role else {}
    timer = timer_of(fact.link) if fact.link is not None and fact.link.delete_at else {}
    if timer and timer["since"] != timer["delete_at"]:
        more["deletion"] = timer
    if not more or not because:
        return list(because)
    first, *rest = because
    return [{**first, "detail": {**first["detail"], **more}}, *rest]


def _told(reasons: Iterable[Because]) -> list[dict[str, Any]]:
    return [_because(one.reason, one.params) for one in reasons]


def _because(reason: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reason": str(reason),
        "sentence": sentence(str(reason), params),
        "detail": dict(params),
    }
