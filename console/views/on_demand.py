"""S14, provision on demand: one person or group now, and every step of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires, requires_to_change
from console.forms.on_demand import ProvisionForm
from console.http import STOP_POLLING, ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages import on_demand
from console.pages.application_status import application_or_404
from console.pages.naming import named
from console.pages.workers import nobody_works
from provisioning.core.errors import ConfigurationError
from provisioning.engine.on_demand import story_of
from provisioning.engine.requesting import request_on_demand
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Cycle, DirectoryObject


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Choose somebody, and look at the runs of before; POST begins a run."""
    application = application_or_404(slug)
    form = ProvisionForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            return _begun(request, application, form)
        except ConfigurationError as error:
            form.add_error(None, f"{message_of(error)} {advice_of(error)}")
    chosen = _chosen(request, application)
    context = {
        "app": application,
        "section": "on-demand",
        "chosen": chosen,
        "form": form or ProvisionForm(initial={"user": chosen}),
        "form_failed": form is not None,
        "text": request.GET.get("q", ""),
        "found": on_demand.found(request.GET["q"].strip()) if request.GET.get("q") else [],
        "runs": [
            (run, on_demand.outcome_of(run)) for run in on_demand.recent_runs(application.job)
        ],
    }
    status = 200 if form is None else 422
    return respond(request, "on_demand/page.html", context, fragment="people", status=status)


@requires(Role.READER)
@require_safe
def run(request: ConsoleRequest, slug: str, run: UUID) -> HttpResponse:
    """One run: its steps while it runs, and for good."""
    application = application_or_404(slug)
    cycles = Cycle.objects.select_related(
        "only__origin", "definition__job__application__connection", "job__application"
    )
    cycle = get_object_or_404(cycles, pk=run, job=application.job, only__isnull=False)
    story = story_of(cycle)
    context = {
        "app": application,
        "section": "on-demand",
        "cycle": cycle,
        "story": story,
        "verdict": on_demand.verdict_of(story),
        "headline": on_demand.headline(application, story),
        "steps": on_demand.shown_steps(application, cycle, story),
        "conditions": on_demand.conditions(cycle, story),
        "changes": named(application.job, story.changes),
        "exchanges": on_demand.exchanges_of(cycle, story),
        "took": cycle.ended - cycle.started if cycle.ended else None,
        "nobody_works": nobody_works(cycle),
        "address": request.build_absolute_uri(request.path),
    }
    ended = cycle.ended is not None and asked_for(request, "run")
    return respond(
        request,
        "on_demand/run.html",
        context,
        fragment="run",
        status=STOP_POLLING if ended else 200,
    )


def _begun(request: ConsoleRequest, application: Application, form: ProvisionForm) -> HttpResponse:
    """Begin, or show what was begun a moment ago: a form that is sent twice begins once."""
    person = form.cleaned_data["user"]
    cycle = on_demand.under_way(application.job, person) or request_on_demand(
        request.user, application.job, person, preview=form.preview
    )
    return redirect("on-demand-run", application.slug, cycle.pk)


def _chosen(request: ConsoleRequest, application: Application) -> DirectoryObject | None:
    """Whom the address names, by directory id or as a person would; else whom one tries first."""
    text = request.POST.get("user") or request.GET.get("user", "")
    if not text:
        searching = request.method == "POST" or request.GET.get("q")
        return None if searching else on_demand.suggested(application.job)
    matches = DirectoryObject.objects.find(text)
    if not matches and request.method != "POST":
        raise Http404
    return matches[0] if matches else None
