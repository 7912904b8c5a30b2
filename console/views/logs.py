"""Provisioning logs: find what happened, understand it, act on it (S17)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires
from console.http import ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.log_causes import causes, names_waiting
from console.pages.log_entry import panel
from console.pages.log_file import as_csv, as_json_lines
from console.pages.log_filters import controls
from console.pages.log_list import counted, found, neighbours, newer, select
from console.pages.log_wanted import Selection, read_selection
from provisioning.core.errors import ConfigurationError
from provisioning.engine.causes import cause
from provisioning.engine.requesting import retry_failed
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Escrow, LogEntry

PARTS = {"panel": "logs/beside.html", "more": "logs/rows.html", "results": "logs/results.html"}
"""What htmx replaces, by its id; everything else is the whole page."""
FIRST = 10


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
    before = request.GET.get("before", "")
    page = found(app, wanted, before)
    context |= {"wanted": wanted, "page": page, "count": counted(app, wanted)}
    part = next((name for name in PARTS if asked_for(request, name)), "")
    opened = _opened(request)
    if opened is not None:
        context |= panel(opened, request.GET.get("tab", ""))
        context["around"] = neighbours(page, opened, first=not before)
    if part not in ("panel", "more"):
        context |= _around(request, app, wanted)
    return respond(request, PARTS.get(part, "logs/page.html"), context)


def _around(request: HttpRequest, app: Application | None, wanted: Selection) -> dict[str, object]:
    """Everything about the list but its rows."""
    return {
        **controls(app, wanted, request.GET),
        "groups": causes(app, wanted) if wanted.view == "causes" else [],
        "days": app.log_retention_days if app else None,
    }


def _opened(request: HttpRequest) -> LogEntry | None:
    try:
        key = UUID(request.GET.get("entry", ""))
    except ValueError:
        return None
    return _whole().filter(pk=key).first()


def _whole() -> QuerySet[LogEntry]:
    return LogEntry.objects.select_related("job__application", "cycle__definition", "object", "row")


@requires(Role.READER)
@require_safe
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """One entry on a page of its own."""
    one = get_object_or_404(_whole(), pk=entry)
    app = application_or_404(one.job.application.slug)
    context = {"app": app, "section": "logs", **panel(one, request.GET.get("tab", ""))}
    return respond(request, "logs/entry.html", context)


@requires(Role.READER)
@require_safe
def new(request: HttpRequest, slug: str = "") -> HttpResponse:
    """How many entries there are above the list by now; 204 when no more than it said before."""
    app = application_or_404(slug) if slug else None
    if not asked_for(request, "new-entries"):
        return redirect("logs", slug) if slug else redirect("all-logs")
    count = newer(app, read_selection(request.GET), request.GET.get("first", ""))
    if str(count.number) == request.GET.get("said", "0"):
        return HttpResponse(status=204)
    return respond(request, "logs/new.html", {"app": app, "new": count})


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Try everybody again who failed by one cause, after saying whom that is about."""
    app = application_or_404(slug)
    code = request.GET.get("cause", "")[:60]
    number = Escrow.objects.filter(job=app.job, code=code).heeded().count()
    if request.method == "POST" and request.POST.get("confirmed") == "yes" and number:
        return _retried(request, app, code)
    if not number:
        messages.info(request, _("Nobody waits for another try because of this cause."))
        return redirect(f"{reverse('logs', args=[slug])}?view=causes")
    word = ngettext("Retry %(number)d", "Retry these %(number)d", number) % {"number": number}
    context = {
        "app": app,
        "section": "logs",
        "question": word,
        "consequences": [
            cause(code),
            _("They are tried now, in a cycle of the application, and not when their time comes."),
        ],
        "names": names_waiting(app.job, code, FIRST),
        "word": word,
        "back": f"{reverse('logs', args=[slug])}?view=causes",
    }
    return respond(request, "confirm.html", context)


def _retried(request: ConsoleRequest, app: Application, code: str) -> HttpResponse:
    try:
        number, cycle = retry_failed(request.user, app.job, code)
    except ConfigurationError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect(f"{reverse('logs', args=[app.slug])}?view=causes")
    if cycle is None:
        messages.info(request, _("A cycle is running. They are tried again in the next one."))
    else:
        text = ngettext("Tried again now: %(number)d.", "Tried again now: %(number)d.", number)
        messages.info(request, text % {"number": number})
    return redirect("overview" if cycle else "logs", app.slug)


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
