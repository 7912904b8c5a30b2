"""App roles: what assignment offers (S13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires
from console.forms.roles import Replacement, RoleForm
from console.http import ConsoleRequest, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.assignment_rows import excludes_default
from console.pages.saved import acts_now, saved_text
from provisioning.core.problems import UsageProblems
from provisioning.core.vocabulary import DEFAULT_ACCESS
from provisioning.engine.app_roles import delete_role, save_role
from provisioning.engine.spoken import problem_of
from provisioning.models import Application, Assignment, Link


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The roles, Default Access first, with how many have each."""
    app = application_or_404(slug)
    roles = _roles(app)
    counted = _counts(app)
    content = app.job.definition.content if app.job.definition else {}
    assigned_only = content.get("scope") == "assigned"
    context = {
        "app": app,
        "section": "roles",
        "roles": [(role, *counted.get(role["value"], (0, 0))) for role in roles],
        "default": counted.get("", (0, 0)),
        "excludes": bool(content.get("exclude_default_access")) and assigned_only,
        "sent": _is_sent(content),
    }
    return respond(request, "roles/index.html", context)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ConsoleRequest, slug: str, value: str = "") -> HttpResponse:
    """A new role, or one that exists: its name and value; deleting it."""
    app = application_or_404(slug)
    roles = _roles(app)
    present = next((one for one in roles if one["value"] == value), None)
    if value and present is None:
        raise Http404
    others = [one for one in roles if one["value"] != value]
    deleting = request.POST.get("do") == "delete" and present is not None
    posted = request.POST if request.method == "POST" else None
    form = RoleForm(None if deleting else posted, others=others, initial=present)
    replacement = Replacement(posted if deleting else None, others=others)
    if deleting and replacement.is_valid():
        return _delete(request, app, value, replacement.cleaned_data["role"])
    if posted and not deleting and form.is_valid():
        try:
            save_role(request.user, app, value, **form.cleaned_data)
        except UsageProblems as error:
            form.add_error("value", " ".join(map(problem_of, error.problems)))
        else:
            messages.success(request, saved_text(app))
            return redirect("roles", slug)
    failed = bool(form.errors or replacement.errors)
    context = {
        "app": app,
        "section": "roles",
        "form": replacement if deleting else form,
        "role_form": form,
        "replacement": replacement,
        "present": present,
        "used": _counts(app).get(value, (0, 0))[0] if value else 0,
        "excludes": excludes_default(app),
        "form_failed": failed,
    }
    return respond(request, "roles/edit.html", context, status=422 if failed else 200)


def _delete(request: ConsoleRequest, app: Application, value: str, instead: str) -> HttpResponse:
    delete_role(request.user, app, value, "" if instead == DEFAULT_ACCESS else instead)
    text = _("The role was deleted; its assignments have the other role now.")
    messages.success(request, f"{text} {acts_now(app)}")
    return redirect("roles", app.slug)


def _is_sent(content: Mapping[str, Any]) -> bool:
    """Whether some mapping sends the role to the application."""
    rows = content["mappings"]["users"]["attributes"] if content else []
    filled = (str(one.get("expression") or one.get("source") or "") for one in rows)
    return any("appRoleAssignments" in one for one in filled)


def _roles(app: Application) -> list[dict[str, Any]]:
    return list(app.job.definition.content["roles"]) if app.job.definition else []


def _counts(app: Application) -> dict[str, tuple[int, int]]:
    """By value: how many are assigned, and how many of these have an account."""
    linked = Link.objects.filter(job=app.job).values("object")
    counted = (
        Assignment.objects.filter(application=app)
        .values("role")
        .annotate(all=Count("pk"), there=Count("pk", filter=Q(object__in=linked)))
    )
    return {one["role"]: (one["all"], one["there"]) for one in counted}
