"""The history of runs, and one of them (S16)."""

from __future__ import annotations

from itertools import chain

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from console.access import requires
from console.application_rows import cycle_figures
from console.application_status import application_or_404
from console.http import respond
from console.models import Role
from provisioning.core.vocabulary import CycleState
from provisioning.engine.documents import METHODS, cycle_document
from provisioning.models import Application, AuditEvent, Cycle, LogEntry
from provisioning.models.cycle import Purpose

PAGE_SIZE = 50
FAILURES = 10


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Cycles, newest first; on demand with what people changed between them."""
    app = application_or_404(slug)
    cycles = app.job.cycles.filter(purpose=Purpose.CYCLE).order_by("-number")
    page = Paginator(cycles, PAGE_SIZE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    figures = cycle_figures(listed)
    rows = [(cycle.started, cycle, *figures.get(cycle.plan_id, (0, 0))) for cycle in listed]
    between = request.GET.get("changes") == "1"
    events = _between(app, listed) if between else []
    lines = sorted(
        chain(rows, ((event.at, event, 0, 0) for event in events)),
        key=lambda line: line[0],
        reverse=True,
    )
    context = {
        "app": app,
        "section": "cycles",
        "page": page,
        "lines": [(isinstance(one, Cycle), one, all_, bad) for _at, one, all_, bad in lines],
        "between": between,
    }
    return respond(request, "cycles/index.html", context)


def _between(app: Application, cycles: list[Cycle]) -> list[AuditEvent]:
    """What was changed while these cycles ran or between them."""
    events = AuditEvent.objects.filter(application=app).select_related("actor")
    if cycles:
        events = events.filter(at__gte=cycles[-1].started)
    return list(events.order_by("-at")[:PAGE_SIZE])


@requires(Role.READER)
@require_safe
def cycle(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One run: counts, requests, what failed, which configuration it used."""
    app = application_or_404(slug)
    found = get_object_or_404(
        Cycle.objects.select_related("job", "definition", "plan"), job=app.job, number=number
    )
    took = (found.ended - found.started).total_seconds() if found.ended else None
    document = cycle_document(found, took or 0)
    failures = LogEntry.objects.filter(cycle=found, status="failure").order_by("-at")
    context = {
        "app": app,
        "section": "cycles",
        "cycle": found,
        "document": document,
        "counts": [(key, n) for key, n in document["counts"].items() if n],
        "requests": [(method, document["requests"][method]) for method in METHODS],
        "took": took,
        "failures": failures[:FAILURES],
        "failed": found.state in (CycleState.FAILED, CycleState.QUARANTINED),
    }
    return respond(request, "cycles/cycle.html", context)
