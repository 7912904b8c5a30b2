"""Whom the rules of leaving would touch now, beside whom they touch already: counted, not planned.

Whoever has left is known with each way out and since when (engine/timers.py). A cycle still looks
at everybody, and the guard holds what is over its limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.db.models.fields.json import KT

from provisioning.core.leaving import Event, Removal, Rule
from provisioning.models import Job, Link


@dataclass(frozen=True, slots=True)
class Touched:
    """Accounts whose people have left in one way: `out` in all; of these, what the rule does with
    the next cycle, and `later` are deleted when their time has come.
    """

    out: int = 0
    disabled: int = 0
    deleted: int = 0
    later: int = 0


def touched(job: Job, rules: Mapping[Event, Rule], now: datetime) -> dict[Event, Touched]:
    """By event, in one query. An account that is out in several ways is counted with each."""
    links = Link.objects.filter(job=job).exclude(left={})
    links = links.annotate(**{f"since_{one}": KT(f"left__{one}") for one in Event})
    counts: dict[str, Any] = {}
    for event in Event:
        out = Q(left__has_key=event.value)
        counts[f"{event}_out"] = Count("pk", filter=out)
        counts[f"{event}_enabled"] = Count("pk", filter=out & Q(disabled_by_us=False))
        if event in rules:
            over = {f"since_{event}__lte": (now - rules[event].after).isoformat()}
            counts[f"{event}_over"] = Count("pk", filter=out & Q(**over))
    found = links.aggregate(**counts)
    return {event: _touched(event, rules.get(event), found) for event in Event}


def _touched(event: Event, rule: Rule | None, found: Mapping[str, int]) -> Touched:
    out, enabled = found[f"{event}_out"], found[f"{event}_enabled"]
    if rule is None or rule.action is Removal.NOTHING:
        return Touched(out)
    if rule.action is Removal.DISABLE:
        return Touched(out, disabled=enabled)
    over = found[f"{event}_over"]
    return Touched(out, deleted=over, later=out - over)
