"""What a preview decided and did not keep becomes true when its plan is run.

A preview changes nothing of ours: verdicts, deletion timers and tallies wait in its units until a
person has the plan run. A plan that was run before has nothing left to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.core.entitlement import Because
from provisioning.core.resource import State
from provisioning.core.vocabulary import Operation, Reason
from provisioning.engine.facts import Facts
from provisioning.engine.standings import Verdict, keep_verdicts
from provisioning.engine.work import Work
from provisioning.models import Link, PlanRow, WorkUnit


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
    planned = PlanRow.objects.filter(plan=work.plan).values("object_id")
    gone = Link.objects.filter(job=work.job, object_id__in=planned, object__state=State.GONE)
    gone.filter(gone_since__isnull=True).update(gone_since=work.now)
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
