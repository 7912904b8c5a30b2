"""Attribute mappings: both kinds, the editors, defaults (S08–S10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import mapping_rows as lines
from console.access import requires, requires_to_change
from console.application_status import application_or_404
from console.forms.mappings import ActionsForm
from console.http import ConsoleRequest, asked_for, respond
from console.models import Role
from console.views.mapping_row import row
from provisioning.core.gallery import find_template
from provisioning.core.problems import UsageProblems
from provisioning.core.vocabulary import Reason
from provisioning.engine.controls import save_configuration
from provisioning.engine.mapping_preview import try_expression
from provisioning.models import Application, Assignment, DirectoryObject, Link, Standing

__all__ = ["editor", "index", "restore", "row", "values"]
NAMED = 20


@requires(Role.READER)
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Users and groups, each with what differs from the default."""
    app = application_or_404(slug)
    context = {"app": app, "section": "mappings", "summaries": lines.summaries(app)}
    return respond(request, "mappings/index.html", context)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Back to the template's mappings, after showing the difference."""
    app = application_or_404(slug)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        mappings = {kind: {"attributes": None} for kind in lines.KINDS}
        save_configuration(request.user, {"slug": slug, "mappings": mappings})
        messages.success(request, _("The default mappings are back. They act from the next cycle."))
        return redirect("mappings", slug)
    changes = [change for kind in lines.KINDS for change in lines.differing(app, kind)]
    told = [f"{one['path']}: {one['old'] or '–'} → {one['new'] or '–'}" for one in changes]
    context = {
        "app": app,
        "section": "mappings",
        "question": _("Restore default mappings"),
        "consequences": [
            _("These mappings change; everyone is looked at again in the next cycle.")
            if changes
            else _("The mappings are the default ones already. Nothing would change.")
        ],
        "names": told[:NAMED],
        "word": _("Restore default mappings"),
        "back": reverse("mappings", args=[slug]),
    }
    return respond(request, "confirm.html", context)


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: ConsoleRequest, slug: str, kind: str) -> HttpResponse:
    """The table of one kind with the values of a real person; its actions."""
    app = application_or_404(slug)
    if kind not in lines.KINDS:
        raise Http404
    document = lines.document_of(app, kind)
    template = find_template(app.template)
    allowed = template.user_actions if kind == "users" else template.group_actions
    form = ActionsForm(
        request.POST if request.method == "POST" else None,
        allowed=allowed,
        kind=kind,
        initial={"actions": document["actions"], "enabled": document.get("enabled", True)},
    )
    if request.method == "POST" and form.is_valid() and _saved(request, app, kind, form):
        return redirect("mapping", slug, kind)
    person = preview_object(request, app, kind)
    failed = bool(form.errors)
    context = {
        "app": app,
        "section": "mappings",
        "kind": kind,
        "form": form,
        "form_failed": failed,
        "rows": lines.rows_of(app, kind, person),
        "person": person,
        "text": request.GET.get("find", "")[:200],
        "people": Link.objects.filter(job=app.job, kind=kind.removesuffix("s")).count(),
        "without": _without_counterpart(app) if kind == "groups" else [],
        "updates_only": allowed == ("update",),
        "enabled": document.get("enabled", True),
        "unmatched_filter": app.connection.passport.get("filter_supported") is False,
    }
    return respond(request, "mappings/editor.html", context, status=422 if failed else 200)


def _saved(request: ConsoleRequest, app: Application, kind: str, form: ActionsForm) -> bool:
    part: dict[str, Any] = {"actions": form.cleaned_data["actions"]}
    if "enabled" in form.cleaned_data:
        part["enabled"] = form.cleaned_data["enabled"]
    try:
        save_configuration(request.user, {"slug": app.slug, "mappings": {kind: part}})
    except UsageProblems as error:
        for problem in error.problems:
            form.add_error("actions", f"{problem.message} {problem.advice}")
        return False
    messages.success(request, _("Saved. It acts from the next cycle."))
    return True


@requires(Role.READER)
@require_POST
def values(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What the expression that is being typed gives."""
    app = application_or_404(slug)
    if not asked_for(request, "tried"):
        return redirect("mapping", slug, kind)
    text = request.POST.get("expression", "")[:10_000]
    person = preview_object(request, app, kind)
    tried = try_expression(text, app.job, person) if text.strip() else None
    context = {"app": app, "tried": tried, "person": person, "text": text}
    return respond(request, "mappings/tried.html", context)


def preview_object(request: HttpRequest, app: Application, kind: str) -> DirectoryObject | None:
    """Whom values are shown for: asked for by id or name, else somebody who is assigned."""
    objects = DirectoryObject.objects.present().filter(kind=kind.removesuffix("s"))
    given = request.GET.get("user") or request.POST.get("user") or ""
    try:
        chosen = objects.filter(pk=UUID(given)).first()
    except ValueError:
        chosen = None
    if chosen is not None:
        return chosen
    if text := request.GET.get("find", "").strip():
        named = Q(display_name__icontains=text) | Q(user_name__icontains=text)
        return objects.filter(named).order_by("display_name").first()
    assigned = Assignment.objects.filter(application=app).exclude(role="").values("object")
    return (
        objects.filter(pk__in=assigned).order_by("display_name").first()
        or objects.order_by("pk").first()
    )


def _without_counterpart(app: Application) -> list[DirectoryObject]:
    """Assigned groups whose name the application does not have."""
    missing = Standing.objects.filter(job=app.job, code=Reason.NO_COUNTERPART)
    return list(DirectoryObject.objects.filter(pk__in=missing.values("object"))[:NAMED])
