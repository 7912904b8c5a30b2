"""Applications: the list, the gallery, a new one (S03, S04)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires
from console.forms.applications import NewApplication
from console.frame import waiting_for_people
from console.http import ConsoleRequest, asked_for, respond, respond_polled
from console.models import Role
from console.pages.application_rows import application_rows
from console.pages.application_status import STATUSES
from console.pages.decisions import counted
from provisioning.core.gallery import TEMPLATES
from provisioning.core.problems import UsageProblems
from provisioning.engine.spoken import problem_of
from provisioning.models import Application


@requires(Role.READER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which applications are connected, are they well, where must somebody act."""
    text, status = request.GET.get("q", ""), request.GET.get("status", "")
    rows = application_rows(text, status)
    context = {
        "section": "applications",
        "rows": rows,
        "text": text,
        "status": status,
        "statuses": STATUSES,
        "running": any(row.standing == "running" for row in rows),
        "waiting": counted(waiting_for_people()),
    }
    if asked_for(request, "rows"):
        polled = context | {"polled": True}
        return respond_polled(request, "applications/index.html", polled, fragment="rows")
    return respond(request, "applications/index.html", context)


@requires(Role.ADMINISTRATOR)
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """What can be connected."""
    text = request.GET.get("q", "").strip()
    found = [one for one in TEMPLATES.values() if text.lower() in one.title.lower()]
    context = {"section": "applications", "templates": found, "text": text}
    return respond(request, "applications/gallery.html", context, fragment="cards")


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ConsoleRequest, template: str) -> HttpResponse:
    """Name it; nothing is sent to the target."""
    if template not in TEMPLATES:
        raise Http404
    form = NewApplication(
        request.POST or None,
        request.FILES or None,
        template=template,
        initial={"name": _free_name(template), "start": request.GET.get("copy", "default")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            application = form.create(request.user)
        except UsageProblems as error:
            for problem in error.problems:
                form.add_error("name" if problem.path == "name" else None, problem_of(problem))
        else:
            messages.success(
                request,
                _("%(app)s was added. It is off, and nothing was sent to it.")
                % {"app": application.name},
            )
            return redirect("overview", application.slug)
    failed = bool(form.is_bound and form.errors)
    context = {
        "section": "applications",
        "form": form,
        "template": TEMPLATES[template],
        "form_failed": failed,
    }
    return respond(request, "applications/new.html", context, status=422 if failed else 200)


def _free_name(template: str) -> str:
    """The template's title; the second application of it gets a 2."""
    title = TEMPLATES[template].title
    taken = set(Application.objects.values_list("name", flat=True))
    names = [title, *(f"{title} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
