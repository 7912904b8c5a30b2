"""Statistics to date: what is counted over all cycles of a job (console-ux S05)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from provisioning.engine.documents import METHODS
from provisioning.models import Cycle, Job
from provisioning.models.cycle import Purpose


@dataclass(frozen=True, slots=True)
class Statistics:
    """Totals since the first cycle."""

    since: datetime | None
    cycles: int
    longest: Cycle | None
    last: Cycle | None
    requests: int
    accounts: int
    groups: int


def statistics_of(job: Job) -> Statistics:
    """Read them, in four queries."""
    run = Cycle.objects.filter(job=job, purpose=Purpose.CYCLE)
    sent: Counter[str] = Counter()
    starts = []
    for started, requests in run.order_by("number").values_list("started", "requests"):
        starts.append(started)
        sent.update(requests)
    ended = run.filter(ended__isnull=False)
    links = dict(job.links.order_by().values_list("kind").annotate(Count("pk")))
    return Statistics(
        since=starts[0] if starts else None,
        cycles=len(starts),
        longest=ended.order_by((F("ended") - F("started")).desc()).first(),
        last=ended.order_by("-number").first(),
        requests=sum(sent[method] for method in METHODS),
        accounts=links.get("user", 0),
        groups=links.get("group", 0),
    )
