"""How fast a cycle wrote, over its time: bars of a chart (console-ux S16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncMinute, TruncSecond

from console.pages.charts import Chart, chart
from provisioning.core.vocabulary import Status
from provisioning.models import Cycle, LogEntry

BARS = 40
SHORT = timedelta(minutes=5)
"""Up to this long it is counted by the second, longer ones by the minute."""
LEAST = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Throughput:
    """The chart, and for how long each of its bars stands."""

    chart: Chart
    step: timedelta


def throughput_of(cycle: Cycle) -> Throughput | None:
    """What was written in each fortieth of a cycle that has ended; nothing for a moment's work."""
    if cycle.ended is None or cycle.ended - cycle.started < LEAST:
        return None
    length = cycle.ended - cycle.started
    unit = TruncSecond("at") if length <= SHORT else TruncMinute("at")
    written = LogEntry.objects.filter(cycle=cycle, status__in=(Status.SUCCESS, Status.FAILURE))
    counted = written.order_by().annotate(when=unit).values_list("when")
    values = [[0, 0] for _bar in range(BARS)]
    failed = Count("pk", filter=Q(status=Status.FAILURE))
    for when, number, wrong in counted.annotate(n=Count("pk"), wrong=failed):
        place = int(max(when - cycle.started, timedelta(0)) / length * BARS)
        bar = values[min(place, BARS - 1)]
        bar[0], bar[1] = bar[0] + number, bar[1] + wrong
    return Throughput(chart([(a, b) for a, b in values], room=BARS), length / BARS)
