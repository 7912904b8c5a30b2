"""Provisioning logs: find what happened, understand it, act on it (S17)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from console.access import requires
from console.application_status import application_or_404
from console.http import respond
from console.log_entry import panel
from console.log_file import as_csv, as_json_lines
from console.log_list import Selection, causes, found, read_selection, select
from console.models import Role
from console.status import LOG_STATUSES, OPERATIONS
from provisioning.models import Application, LogEntry

PAGE = "logs/page.html"


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The entries of one application."""
    app = application_or_404(slug)
    return _page(request, app, {"app": app, "section": "logs"})


@requires(Role.READER)
@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    """The entries of every application."""
    return _page(request, None, {"section": "all-logs"})


def _page(
    request: HttpRequest, app: Application | None, context: dict[str, object]
) -> HttpResponse:
    wanted = read_selection(request.GET)
    opened = _opened(request)
    if opened is not None:
        context |= panel(opened, request.GET.get("tab", ""))
    return respond(request, PAGE, context | _list(request, app, wanted))


def _list(request: HttpRequest, app: Application | None, wanted: Selection) -> dict[str, object]:
    page = found(app, wanted, request.GET.get("before", ""))
    facets = [
        (status, tag, page.facets.get(status.value, 0)) for status, tag in LOG_STATUSES.items()
    ]
    return {
        "wanted": wanted,
        "page": page,
        "facets": facets,
        "groups": causes(app, wanted) if wanted.view == "causes" else [],
        "operations": OPERATIONS.items(),
        "days": app.log_retention_days if app else None,
    }


def _opened(request: HttpRequest) -> LogEntry | None:
    try:
        key = UUID(request.GET.get("entry", ""))
    except ValueError:
        return None
    entries = LogEntry.objects.select_related("job__application", "cycle__definition", "object")
    return entries.filter(pk=key).first()


@requires(Role.READER)
@require_safe
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """One entry on a page of its own."""
    entries = LogEntry.objects.select_related("job__application", "cycle__definition", "object")
    one = get_object_or_404(entries, pk=entry)
    app = application_or_404(one.job.application.slug)
    context = {"app": app, "section": "logs", **panel(one, request.GET.get("tab", ""))}
    return respond(request, "logs/entry.html", context)


@requires(Role.READER)
@require_safe
def export(request: HttpRequest, slug: str, extension: str) -> StreamingHttpResponse:
    """The entries of the filters that are set, as a file."""
    app = application_or_404(slug)
    kinds = {"csv": (as_csv, "text/csv"), "jsonl": (as_json_lines, "application/jsonl")}
    if extension not in kinds:
        raise Http404
    write, media = kinds[extension]
    answer = StreamingHttpResponse(
        write(select(app, read_selection(request.GET))), content_type=f"{media}; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{slug}-log.{extension}"'
    return answer
