"""Users and groups: who is assigned, with which role (S12)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.access import requires
from console.forms.assignments import Ticked, WithRole, assigned_among, present_among
from console.http import ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages import assignment_rows as lines
from console.pages.application_status import application_or_404
from console.pages.assignment_questions import default_access_question, removal_question
from console.pages.saved import acts_now
from provisioning.engine import assigning
from provisioning.engine.assignment_effect import access_change
from provisioning.models import Application, DirectoryObject

PAGE_SIZE = 50


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is assigned; while nobody is, the form to assign somebody is open here."""
    app = application_or_404(slug)
    return _index(request, app)


def _index(
    request: HttpRequest, app: Application, form: WithRole | None = None, status: int = 200
) -> HttpResponse:
    wanted = _wanted(request)
    found = lines.assignments_of(app, wanted)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    somebody = bool(page.object_list) or app.assignments.exists()
    definition = app.job.definition
    ticked = request.POST.getlist("ids")
    if request.GET.get("select") == "page":
        ticked = [str(one.object_id) for one in page.object_list]
    context = {
        "app": app,
        "section": "assignments",
        "page": page,
        "rows": lines.rows(app, page.object_list),
        "wanted": wanted,
        "roles": lines.role_names(app),
        "somebody": somebody,
        "excluded": lines.excluded(app) if somebody else 0,
        "taken_over": getattr(app, "taken_over", None),
        "everybody": bool(definition and definition.content["scope"] == "all"),
        "role_form": form or WithRole(None, known=[], roles=lines.role_names(app)),
        "ticked": ticked,
        "results": lines.RESULTS,
        "not_followed": lines.not_followed(app) if somebody else 0,
        "form": form,
        "form_failed": bool(form and form.errors),
        **_search(request, app),
    }
    return respond(request, "assignments/index.html", context, status=status)


def _wanted(request: HttpRequest) -> lines.Wanted:
    names = ("q", "role", "kind", "result")
    return lines.Wanted(*(request.GET.get(name, "")[:200] for name in names))


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Search, tick, choose a role, assign."""
    app = application_or_404(slug)
    if request.method == "POST":
        return _assign(request, app)
    context = {"app": app, "section": "assignments", **_search(request, app)}
    fragment = "adds" if asked_for(request, "adds") else "candidates"
    return respond(request, "assignments/add.html", context, fragment=fragment)


def _search(request: HttpRequest, app: Application) -> dict[str, object]:
    """What the assign form shows: candidates for what was typed, and those who are ticked."""
    text = request.GET.get("find") or request.POST.get("find", "")
    ticked = present_among([*request.GET.getlist("ids"), *request.POST.getlist("ids")])
    found = lines.candidates(text)
    known = {one.pk for one in found}
    kept = DirectoryObject.objects.filter(pk__in=[one for one in ticked if one not in known])
    return {
        "find": text,
        "candidates": [*kept, *found],
        "ticked_ids": set(ticked),
        "adds": access_change(app, ticked, "any").gaining if ticked else None,
        "assign_form": WithRole(None, known=[], roles=lines.role_names(app)),
        "roles": lines.role_names(app),
        "excludes": lines.excludes_default(app),
    }


def _assign(request: ConsoleRequest, app: Application) -> HttpResponse:
    known = present_among(request.POST.getlist("ids"))
    form = WithRole(request.POST, known=known, roles=lines.role_names(app))
    if not form.is_valid():
        context = {
            "app": app,
            "section": "assignments",
            **_search(request, app),
            "assign_form": form,
            "form": form,
            "form_failed": True,
        }
        return respond(request, "assignments/add.html", context, status=422)
    ids = form.cleaned_data["ids"]
    assigning.assign(request.user, app, ids, form.value)
    text = ngettext(
        "%(number)d assignment was made.", "%(number)d assignments were made.", len(ids)
    )
    messages.success(request, f"{text % {'number': len(ids)}} {acts_now(app)}")
    return redirect("assignments", app.slug)


@requires(Role.ADMINISTRATOR)
@require_POST
def change(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Another role for those who are ticked, or on to removing them."""
    app = application_or_404(slug)
    known = _chosen(request, app, request.POST)
    if request.POST.get("do") == "remove":
        return redirect(_removal(request, slug, known))
    ticked = {"ids": [str(one) for one in known], "role": request.POST.get("role", "")}
    form = WithRole(ticked, known=known, roles=lines.role_names(app))
    if not form.is_valid():
        return _index(request, app, form, status=422)
    confirmed = request.POST.get("confirmed") == "yes"
    if not confirmed and (question := default_access_question(app, form, known)):
        return respond(request, "confirm.html", question)
    assigning.assign(request.user, app, known, form.value)
    messages.success(request, f"{_('The role was changed.')} {acts_now(app)}")
    return redirect("assignments", slug)


def _chosen(request: HttpRequest, app: Application, data: QueryDict) -> list[UUID]:
    """Those who are ticked, or everybody whom the list's filters let through."""
    if data.get("everyone") != "yes":
        return assigned_among(app.pk, data.getlist("ids"))
    found = lines.assignments_of(app, _wanted(request))
    return list(found.order_by().values_list("object", flat=True).distinct())


def _removal(request: HttpRequest, slug: str, known: list[UUID]) -> str:
    """The page that asks; for everybody it is told the filters, not a thousand names."""
    query = request.GET.copy()
    if request.POST.get("everyone") == "yes":
        query["everyone"] = "yes"
    else:
        query.setlist("ids", [str(one) for one in known])
    return f"{reverse('assignments-remove', args=[slug])}?{query.urlencode()}"


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Take assignments away, after saying whom it is about."""
    app = application_or_404(slug)
    known = _chosen(request, app, request.GET)
    form = Ticked({"ids": [str(one) for one in known]}, known=known)
    if not form.is_valid():
        messages.error(request, _("Tick at least one person or group first."))
        return redirect("assignments", slug)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        assigning.unassign(request.user, app, known)
        messages.success(request, f"{_('Removed.')} {acts_now(app)}")
        return redirect("assignments", slug)
    return respond(request, "confirm.html", removal_question(app, known))
