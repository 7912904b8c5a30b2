"""How each value came about, as its page shows it: what was decided first, then the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.pages.mapping_rows import short_name
from console.pages.status import Tag
from provisioning.core.expressions import Step
from provisioning.core.resource import Kind, Value
from provisioning.core.value_traces import ValueTrace, agrees
from provisioning.engine.tracing import remarks

DIFFERS = Tag(_("Differs"), "warn", "triangle-alert")
MOST_STEPS = 60
"""How many steps one page tells at once; of further mappings each opens on its own."""


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """One mapping: its value and, folded, where that comes from."""

    target: str
    short: str
    applied: bool
    value: Value
    expression: str
    remarks: list[str] = field(default_factory=list)
    steps: Sequence[Step] = ()
    more: str = ""
    """The address of its steps, where the page has no room for them."""
    open: bool = False
    differs: bool = False
    decided: Value = None


def context_of(
    traces: Sequence[ValueTrace],
    kind: Kind,
    request: HttpRequest,
    decided: Mapping[str, Value],
) -> dict[str, Any]:
    """The mappings for the template; first those of which a value was `decided`, by target.

    The `attribute` that the address names is the open one.
    """
    opened = request.GET.get("attribute", "")
    shown = [
        replace(_shown(one, kind, decided), open=one.target == opened)
        for one in sorted(traces, key=lambda one: one.target not in decided)
    ]
    return {
        "traces": list(_with_room(shown, request)),
        "differing": any(one.differs for one in shown),
        "differs": DIFFERS,
    }


def _shown(trace: ValueTrace, kind: Kind, decided: Mapping[str, Value]) -> ShownTrace:
    return ShownTrace(
        target=trace.target,
        short=short_name(trace.target),
        applied=trace.applied,
        value=trace.value,
        expression=str(trace.rule.source),
        remarks=remarks(trace),
        steps=trace.steps,
        differs=trace.target in decided and not agrees(trace, kind, decided[trace.target]),
        decided=decided.get(trace.target),
    )


def _with_room(shown: Sequence[ShownTrace], request: HttpRequest) -> Iterator[ShownTrace]:
    """The open one with its steps, and of the others as many as one page has room for."""
    room = MOST_STEPS
    for one in shown:
        if one.open:
            yield one
        elif len(one.steps) <= room:
            room -= len(one.steps)
            yield one
        else:
            query = request.GET.copy()
            query["attribute"] = one.target
            yield replace(one, steps=(), more=f"{request.path}?{query.urlencode()}")
