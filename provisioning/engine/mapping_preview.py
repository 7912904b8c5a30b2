"""What each mapping gives for one real person or group: the value column of the editors (S09).

The same core functions as a cycle; an expression that fails is told in its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.attribute_path import AttributePath
from provisioning.core.definition import JobDefinition
from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, Step, parse
from provisioning.core.mapping import AttributeMapping, empty
from provisioning.core.mapping_checks import CHANGES_EACH_TIME, warning_about
from provisioning.core.redaction import REDACTED
from provisioning.core.resource import Kind, Value
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Facts
from provisioning.engine.spoken import advice_of, message_of
from provisioning.engine.surroundings import surroundings
from provisioning.models import DirectoryObject, Job

Evaluate = Callable[[Mapping[str, Value], Context], Value]
RESULTS, SAMPLE = 5, 50
"""How many results are shown, and among how many others they are looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The value of one row for one object, or why there is none."""

    value: Value = None
    problem: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What an expression gives; a position is 0-based, in characters."""

    value: Value = None
    error: str = ""
    advice: str = ""
    position: int | None = None
    warning: str = ""
    steps: Sequence[Step] = ()
    """How the value came about, unless it is nobody's business."""


def values_for(job: Job, definition: JobDefinition, row: DirectoryObject) -> list[Shown]:
    """One answer per mapping, in their order."""
    [fact] = Facts(job, definition).page([row.pk])
    view = fact.subject.view(definition, soft_deleted=False)
    context = surroundings(Clock().now())
    mapping = definition.of(Kind(row.kind))
    return [_shown(rule, view, context, mapping.required) for rule in mapping.attributes]


def try_expression(text: str, job: Job, row: DirectoryObject | None) -> Tried:
    """Evaluate what is being typed for this object."""
    definition = _definition_of(job)
    view: Mapping[str, Any] = {}
    if row is not None:
        [fact] = Facts(job, definition, with_everything=True).page([row.pk])
        view = fact.subject.view(definition, soft_deleted=False)
    context = surroundings(Clock().now())
    try:
        expression = parse(text)
    except ExpressionError as error:
        return _refused(error)
    traced = expression.traced(view, context)
    steps = () if expression.redacts else traced.steps
    if traced.error is not None:
        return _refused(traced.error, steps)
    return Tried(
        value=REDACTED if expression.redacts and not empty(traced.value) else traced.value,
        warning=_(CHANGES_EACH_TIME) if expression.varies else "",
        steps=steps,
    )


def _refused(error: ExpressionError, steps: Sequence[Step] = ()) -> Tried:
    return Tried(
        error=message_of(error), advice=advice_of(error), position=error.position, steps=steps
    )


def results_for(text: str, job: Job, row: DirectoryObject) -> list[tuple[DirectoryObject, Shown]]:
    """What an expression gives for this one and a few others of the same kind.

    The others are the awkward ones of a sample first: nothing at all, letters beyond ASCII, the
    longest. None when the expression cannot even be read.
    """
    definition = _definition_of(job)
    # Directory ids are digests: their order is as good as a draw.
    some = DirectoryObject.objects.present().filter(kind=row.kind).exclude(pk=row.pk)
    ids = [row.pk, *some.order_by("pk").values_list("pk", flat=True)[:SAMPLE]]
    try:
        expression = parse(text)
    except ExpressionError:
        return []
    context = surroundings(Clock().now())
    found = {
        fact.row.pk: (
            fact.row,
            _given(expression.evaluate, fact.subject.view(definition, soft_deleted=False), context),
        )
        for fact in Facts(job, definition, with_everything=True).page(ids)
    }
    chosen = found.pop(row.pk)
    results = [chosen, *sorted(found.values(), key=_awkwardness)[: RESULTS - 1]]
    return [(one, _hidden(shown)) for one, shown in results] if expression.redacts else results


def _hidden(shown: Shown) -> Shown:
    """A password made by an expression is shown to nobody."""
    return shown if empty(shown.value) else replace(shown, value=REDACTED)


def _awkwardness(result: tuple[DirectoryObject, Shown]) -> tuple[bool, bool, bool, int]:
    text = "" if result[1].value is None else str(result[1].value)
    return not result[1].problem, not empty(result[1].value), text.isascii(), -len(text)


def _definition_of(job: Job) -> JobDefinition:
    if job.definition is None:
        raise LookupError(f"{job} has no definition.")
    return job.definition.as_definition()


def _given(evaluate: Evaluate, view: Mapping[str, Value], context: Context) -> Shown:
    try:
        return Shown(value=evaluate(view, context))
    except ExpressionError as error:
        return Shown(problem=f"{message_of(error)} {advice_of(error)}".strip())


def _shown(
    rule: AttributeMapping,
    view: Mapping[str, Value],
    context: Context,
    required: tuple[AttributePath, ...],
) -> Shown:
    given = _given(rule.value, view, context)
    if given.problem:
        return given
    value = rule.default if empty(given.value) else given.value
    missing = empty(value) and rule.target in required
    if rule.redacts and not empty(value):
        value = REDACTED
    warning = warning_about(rule)
    return Shown(
        value=value, problem=_EMPTY if missing else "", warning=_(warning) if warning else ""
    )


_EMPTY = "empty"
"""Stands for a required value that is empty; the page has the sentence."""
