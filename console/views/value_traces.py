"""How each value came about: for somebody now, and for a decision that was made (S14–S17, S24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.value_traces import context_of
from provisioning.core.errors import ConfigurationError
from provisioning.engine.clock import Clock
from provisioning.engine.retelling import Retold, entry_retold, row_retold, told
from provisioning.engine.spoken import message_of
from provisioning.models import DirectoryObject, LogEntry, PlanRow

TEMPLATE = "values/page.html"


@requires(Role.READER)
@require_safe
def of_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What each mapping of one application gives for a person, now or at a moment of the past."""
    person = get_object_or_404(DirectoryObject.objects.people().select_related("origin"), pk=pk)
    app = application_or_404(request.GET.get("app", ""))
    at = _moment(request)
    names = {"application": app.name, "at": _absolute(at) if at else ""}
    sentence = (
        _("As %(application)s would have got them on %(at)s.") % names
        if at
        else _("As %(application)s would get them now.") % names
    )
    context = {
        "section": "users",
        "whose": person.display_name or person.source_id,
        "back": f"{reverse('user', args=[person.pk])}?app={app.slug}",
        **_values(request, lambda now: told(app.job, person, at, now)),
    }
    return respond(request, TEMPLATE, {"told": sentence, **context}, fragment="values")


@requires(Role.READER)
@require_safe
def of_row(request: HttpRequest, slug: str, plan: UUID, row: int) -> HttpResponse:
    """What one row of a plan was decided with."""
    rows = PlanRow.objects.select_related("object__origin", "plan__definition")
    one = get_object_or_404(rows, pk=row, plan=plan, plan__job__application__slug=slug)
    app = application_or_404(slug)
    one.plan.job = one.plan.definition.job = app.job
    context = {
        "app": app,
        "section": "plans",
        "whose": one.object.display_name or one.object.source_id,
        "back": f"{reverse('plan', args=[slug, plan])}?row={row}",
        "says": _("The plan says:"),
        **_decided(request, lambda now: row_retold(one, now)),
    }
    return respond(request, TEMPLATE, context, fragment="values")


@requires(Role.READER)
@require_safe
def of_entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """What one entry of the log was decided with."""
    entries = LogEntry.objects.select_related(
        "job__application", "object__origin", "row__plan__definition"
    )
    one = get_object_or_404(entries, pk=entry, object__isnull=False)
    app = application_or_404(one.job.application.slug)
    one.job = app.job
    if one.row is not None:
        one.row.plan.definition.job = app.job
    context = {
        "app": app,
        "section": "logs",
        "whose": one.source_name or one.source_id,
        "back": f"{reverse('log-entry', args=[entry])}?tab=changes",
        "says": _("The log says:"),
        **_decided(request, lambda now: entry_retold(one, now)),
    }
    return respond(request, TEMPLATE, context, fragment="values")


def _moment(request: HttpRequest) -> datetime | None:
    """The moment that `on` names, as the page of the past writes it."""
    try:
        moment: datetime | None = forms.DateTimeField(required=False).clean(request.GET.get("on"))
    except forms.ValidationError:
        raise Http404 from None
    return moment


def _decided(request: HttpRequest, retell: Callable[[datetime], Retold]) -> dict[str, Any]:
    """A decision of the past with its time and rules."""
    found = _values(request, retell)
    if (of := found.get("of")) is None:
        return found
    words = {"at": _absolute(of.at), "version": of.version}
    sentence = _("As decided on %(at)s, by configuration version %(version)s.") % words
    return {"told": sentence, **found}


def _values(request: HttpRequest, retell: Callable[[datetime], Retold]) -> dict[str, Any]:
    """The mappings, or the sentence why they cannot be told."""
    try:
        of = retell(Clock().now())
    except ConfigurationError as error:
        return {"told": f"{_('How it was decided cannot be told any more.')} {message_of(error)}"}
    return {"of": of, **context_of(of.traces, of.kind, request, of.decided)}


def _absolute(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
