"""Users and groups: who is assigned, with which role (S12)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import assignment_rows as lines
from console.access import requires
from console.application_status import application_or_404
from console.forms.assignments import Ticked, WithRole, assigned_among, present_among
from console.http import ConsoleRequest, respond
from console.models import Role
from provisioning.engine import assigning
from provisioning.models import Application, DirectoryObject

PAGE_SIZE = 50
FIRST = 10


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is assigned; while nobody is, the form to assign somebody is open here."""
    app = application_or_404(slug)
    return _index(request, app)


def _index(
    request: HttpRequest, app: Application, form: WithRole | None = None, status: int = 200
) -> HttpResponse:
    wanted = lines.Wanted(*(request.GET.get(name, "")[:200] for name in ("q", "role", "kind")))
    found = lines.assignments_of(app, wanted)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    somebody = bool(page.object_list) or app.assignments.exists()
    definition = app.job.definition
    context = {
        "app": app,
        "section": "assignments",
        "page": page,
        "rows": lines.rows(app, page.object_list),
        "wanted": wanted,
        "roles": lines.role_names(app),
        "somebody": somebody,
        "excluded": lines.excluded(app) if somebody else 0,
        "everybody": bool(definition and definition.content["scope"] == "all"),
        "role_form": form or WithRole(None, known=[], roles=lines.role_names(app)),
        "ticked": request.POST.getlist("ids"),
        "form": form,
        "form_failed": bool(form and form.errors),
        **_search(request, app),
    }
    return respond(request, "assignments/index.html", context, status=status)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Search, tick, choose a role, assign."""
    app = application_or_404(slug)
    if request.method == "POST":
        return _assign(request, app)
    context = {"app": app, "section": "assignments", **_search(request, app)}
    return respond(request, "assignments/add.html", context, fragment="candidates")


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
        "adds": len(ticked),
        "assign_form": WithRole(None, known=[], roles=lines.role_names(app)),
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
    messages.success(request, text % {"number": len(ids)} + " " + _("It acts from the next cycle."))
    return redirect("assignments", app.slug)


@requires(Role.ADMINISTRATOR)
@require_POST
def change(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Another role for those who are ticked, or on to removing them."""
    app = application_or_404(slug)
    known = assigned_among(app.pk, request.POST.getlist("ids"))
    if request.POST.get("do") == "remove":
        query = "&".join(f"ids={one}" for one in known)
        return redirect(f"{reverse('assignments-remove', args=[slug])}?{query}")
    form = WithRole(request.POST, known=known, roles=lines.role_names(app))
    if not form.is_valid():
        return _index(request, app, form, status=422)
    assigning.assign(request.user, app, form.cleaned_data["ids"], form.value)
    messages.success(request, _("The role was changed. It acts from the next cycle."))
    return redirect("assignments", slug)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Take assignments away, after saying whom it is about."""
    app = application_or_404(slug)
    known = assigned_among(app.pk, request.GET.getlist("ids"))
    form = Ticked({"ids": [str(one) for one in known]}, known=known)
    if not form.is_valid():
        messages.error(request, _("Tick at least one person or group first."))
        return redirect("assignments", slug)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        assigning.unassign(request.user, app, known)
        messages.success(request, _("Removed. Accounts follow with the next cycle."))
        return redirect("assignments", slug)
    return respond(request, "confirm.html", _question(app, known))


def _question(app: Application, known: list[UUID]) -> dict[str, object]:
    objects = DirectoryObject.objects.filter(pk__in=known).order_by("display_name")
    groups = [one.pk for one in objects if one.kind == "group"]
    number = ngettext(
        "Remove %(number)d assignment", "Remove %(number)d assignments", len(known)
    ) % {"number": len(known)}
    consequences = [_("Who has no other assignment loses access with the next cycle.")]
    if groups:
        through = assigning.people_through(groups)
        text = ngettext(
            "%(number)d person comes in through these groups.",
            "%(number)d people come in through these groups.",
            through,
        )
        consequences.append(text % {"number": through})
    return {
        "app": app,
        "section": "assignments",
        "question": number,
        "consequences": consequences,
        "names": [str(one) for one in objects[:FIRST]],
        "word": number,
        "danger": True,
        "back": reverse("assignments", args=[app.slug]),
    }
