"""What a preview decided and did not keep becomes true when its plan is run.

A preview changes nothing of ours: verdicts, deletion timers and tallies wait in its units until a
person has the plan run. A plan that was run before has nothing left to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from provisioning.core.entitlement import Because, entitlement
from provisioning.core.evaluate import ways_out
from provisioning.core.vocabulary import REMOVALS, Operation, Reason
from provisioning.engine import timers
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.standings import Verdict, keep_verdicts
from provisioning.engine.work import Work
from provisioning.models import PlanRow, WorkUnit


def remembered(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Verdicts as a unit's payload keeps them."""
    return [
        {
            "object": str(verdict.fact.row.pk),
            "revision": verdict.fact.row.revision,
            "code": str(verdict.code),
            "reasons": verdict.stored_reasons,
        }
        for verdict in verdicts
    ]


def catch_up(work: Work) -> None:
    """Keep the plan's verdicts, start its timers and count whom it leaves alone; once."""
    if PlanRow.objects.filter(plan=work.plan, intent_at__isnull=False).exists():
        return
    counts = work.plan.counts
    work.unit.payload |= {
        "skipped": counts.get(Operation.SKIP, 0),
        "unchanged": counts.get(Operation.UNCHANGED, 0),
    }
    leaving = PlanRow.objects.filter(plan=work.plan, operation__in=REMOVALS)
    ids = list(leaving.values_list("object_id", flat=True).distinct())
    for start in range(0, len(ids), 500):
        _run_timers(work, ids[start : start + 500])
    units = WorkUnit.objects.filter(cycle__plan=work.plan).exclude(pk=work.unit.pk)
    for payload in units.order_by("pk").values_list("payload", flat=True).iterator():
        _keep(work, payload.get("verdicts", ()))


def _keep(work: Work, stored: Sequence[Mapping[str, Any]]) -> None:
    """The verdicts about whom the directory did not change since; others are decided anew."""
    by_id = {one["object"]: one for one in stored}
    facts = Facts(work.job, work.definition).page([one["object"] for one in stored])
    verdicts = []
    for fact in facts:
        one = by_id[str(fact.row.pk)]
        if fact.row.revision == one["revision"]:
            reasons = [Because(Reason(r["reason"]), r["params"]) for r in one["reasons"]]
            verdicts.append(Verdict(fact, one["code"], reasons))
    keep_verdicts(work, verdicts)
    _time(work, [verdict.fact for verdict in verdicts])


def _run_timers(work: Work, ids: Sequence[UUID]) -> None:
    """Start the timers of whom the plan disables; who is back meanwhile has none."""
    _time(work, Facts(work.job, work.definition).page(ids))


def _time(work: Work, facts: Sequence[Fact]) -> None:
    definition = work.definition
    left = [
        (fact.link, ways_out(definition, fact.subject, entitlement(definition, fact.subject)))
        for fact in facts
        if fact.link is not None
    ]
    timers.run(definition, left, work.now)
