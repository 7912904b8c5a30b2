"""The history of runs, and one of them (S16)."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import asked_for, respond, respond_polled
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.cycle_rows import csv_lines, lines_of
from console.pages.log_causes import causes
from console.pages.log_wanted import Selection
from console.pages.throughput import throughput_of
from provisioning.core.vocabulary import Operation, Status
from provisioning.engine.documents import METHODS, decided_again_sentence
from provisioning.engine.spoken import spoken
from provisioning.models import Application, AuditEvent, Cycle, LogEntry
from provisioning.models.cycle import Purpose

PAGE = "cycles/index.html"
PAGE_SIZE = 50


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Cycles, newest first; on demand with what people changed between them."""
    app = application_or_404(slug)
    page = Paginator(_cycles(app), PAGE_SIZE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    between = request.GET.get("changes") == "1"
    events = _between(app, listed) if between else []
    runs = ((line.cycle.started, line, None) for line in lines_of(app, listed))
    changes = ((event.at, None, event) for event in events)
    timeline = sorted(chain(runs, changes), key=lambda one: one[0], reverse=True)
    context = {
        "app": app,
        "section": "cycles",
        "page": page,
        "lines": [(line, event) for _at, line, event in timeline],
        "between": between,
    }
    if asked_for(request, "cycles"):
        return respond_polled(request, PAGE, context | {"polled": True}, fragment="cycles")
    return respond(request, PAGE, context)


@requires(Role.READER)
@require_safe
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every cycle as a line of a CSV file."""
    app = application_or_404(slug)
    lines = csv_lines(lines_of(app, list(_cycles(app))))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{app.slug}-cycles.csv"'
    return response


@requires(Role.READER)
@require_safe
def cycle(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One run: counts, requests, what failed, which configuration it used."""
    app = application_or_404(slug)
    found = get_object_or_404(_cycles(app), number=number)
    line = lines_of(app, [found, *_cycles(app).filter(number__lt=number)[:1]])[0]
    failed = Selection(view="causes", cycle=str(number))
    context = {
        "app": app,
        "section": "cycles",
        "cycle": found,
        "line": line,
        "counts": _counts(found),
        "requests": [(method, found.requests.get(method, 0)) for method in METHODS],
        "causes": causes(app, failed) if line.tally.failed else [],
        "throughput": throughput_of(found),
        "decided_again": decided_again_sentence(found),
        "error": spoken(found.error) if found.error else "",
    }
    return respond(request, "cycles/cycle.html", context)


def _cycles(app: Application) -> QuerySet[Cycle]:
    runs = Cycle.objects.filter(job=app.job, purpose=Purpose.CYCLE)
    return runs.select_related("definition", "plan").order_by("-number")


def _between(app: Application, cycles: list[Cycle]) -> list[AuditEvent]:
    """What was changed while these cycles ran or between them."""
    events = AuditEvent.objects.filter(application=app).select_related("actor")
    if cycles:
        events = events.filter(at__gte=cycles[-1].started)
    return list(events.order_by("-at")[:PAGE_SIZE])


def _counts(found: Cycle) -> list[tuple[str, int]]:
    """What it did, by operation, in the vocabulary's order and without what is nought."""
    entries = LogEntry.objects.filter(cycle=found).order_by()
    counted: Counter[str] = Counter()
    for operation, status, n in entries.values_list("operation", "status").annotate(Count("pk")):
        if status == Status.FAILURE:
            counted[Operation.FAILED] += n
        elif status == Status.STAGED:
            counted[Operation.HELD] += n
        elif status == Status.SUCCESS:
            counted[operation] += n
    counted[Operation.SKIP], counted[Operation.UNCHANGED] = found.skipped, found.unchanged
    return [(one.value, counted[one]) for one in Operation if counted[one]]
