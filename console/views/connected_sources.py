"""Connected sources: connect one, see what its reads did, read it now, release what is held."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.access import requires, requires_to_change
from console.forms.connected_sources import Connecting
from console.http import ConsoleRequest, posted, respond
from console.models import Role
from console.pages import connected_sources as pages
from console.pages.imports import part_words
from provisioning.engine.clock import Clock
from provisioning.engine.importing.connected import ask_for_read, try_connection
from provisioning.engine.importing.kinds import FORMS, SourceForm
from provisioning.models import SourceConnection


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: ConsoleRequest, kind: str) -> HttpResponse:
    """The form of a kind, for a source that is new."""
    if kind not in FORMS:
        raise Http404(_("There is no such kind of source."))
    return _form(request, FORMS[kind], None)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ConsoleRequest, number: int) -> HttpResponse:
    """The same form, for one that is connected."""
    row = _row(number)
    return _form(request, FORMS[row.origin.kind], row)


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: ConsoleRequest, number: int) -> HttpResponse:
    """What its reads did; the buttons of one source post here."""
    row = _row(number)
    if request.method == "POST":
        _act(request, row)
        return redirect("source", number)
    context = {
        "section": "sources",
        "row": row,
        "kind": _(FORMS[row.origin.kind].title),
        "history": pages.history(row),
        "held": pages.held_by_part(row),
        "shown": pages.last_source_test(row),
        "words": part_words(),
    }
    return respond(request, "sources/connected.html", context)


def _act(request: ConsoleRequest, row: SourceConnection) -> None:
    match request.POST.get("op"):
        case "sync":
            ask_for_read(request.user, row, released=None)
            messages.info(request, _("It is read as soon as a worker looks."))
        case "full":
            ask_for_read(request.user, row, whole=True, released=None)
            messages.info(request, _("All of it is read as soon as a worker looks."))
        case "release":
            ask_for_read(request.user, row, released=_shown_numbers(request))
            messages.info(request, _("As many as were shown are removed with the next read."))
        case "test":
            try_connection(row, Clock().now())


def _shown_numbers(request: HttpRequest) -> dict[str, int]:
    """What the page showed when somebody agreed to it."""
    shown = {part: request.POST.get(f"missing.{part}", "") for part in ("users", "groups")}
    return {part: int(text) for part, text in shown.items() if text.isdecimal()}


def _form(
    request: ConsoleRequest, kind: SourceForm, stored: SourceConnection | None
) -> HttpResponse:
    form = Connecting(kind, stored, posted(request))
    if form.is_valid() and (row := form.save(request.user)) is not None:
        messages.success(request, _("Saved."))
        return redirect("source", row.origin_id)
    failed = bool(form.is_bound and form.errors)
    context = {"section": "sources", "form": form, "kind": _(kind.title), "row": stored}
    status = 422 if failed else 200
    return respond(request, "sources/connect.html", context, status=status)


def _row(number: int) -> SourceConnection:
    return get_object_or_404(SourceConnection.objects.select_related("origin"), origin=number)
