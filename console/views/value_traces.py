"""How each value came about: for somebody now, and for a decision that was made (S14–S17, S24)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.value_traces import context_of
from provisioning.core.resource import Kind
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Facts
from provisioning.engine.tracing import traces_of
from provisioning.models import DirectoryObject

TEMPLATE = "values/page.html"


@requires(Role.READER)
@require_safe
def of_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What each mapping of one application gives for a person now."""
    person = get_object_or_404(DirectoryObject.objects.people(), pk=pk)
    app = application_or_404(request.GET.get("app", ""))
    if app.job.definition is None:
        raise Http404
    definition = app.job.definition.as_definition()
    [fact] = Facts(app.job, definition).page([person.pk])
    traces = traces_of(definition, fact, Clock().now())
    context = {
        "section": "users",
        "whose": person.display_name or person.source_id,
        "back": f"{reverse('user', args=[person.pk])}?app={app.slug}",
        "told": _("As %(application)s would get them now.") % {"application": app.name},
        **context_of(traces, Kind(person.kind), request),
    }
    return respond(request, TEMPLATE, context, fragment="values")
