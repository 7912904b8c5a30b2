"""How the settings came to be so: versions, what each one changed, and the way back (S21)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires, requires_to_change
from console.http import ConsoleRequest, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.meanwhile import meanwhile, read_by
from provisioning.engine.configuration.diff import Change, changes_between, rows_named
from provisioning.engine.saving_beside import ChangedMeanwhile, read_up_to, save_beside
from provisioning.engine.scope_effect import effect
from provisioning.models import Application, AuditEvent, Definition

PAGE_SIZE = 25


@requires(Role.READER)
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version with what it changed, and everything else that was done."""
    app = application_or_404(slug)
    versions = app.job.definitions.select_related("created_by").order_by("-version")
    listed = list(versions[: PAGE_SIZE + 1])
    changes = [differences(older, newer) for newer, older in pairwise(listed)]
    first: list[list[Change]] = [] if len(listed) > PAGE_SIZE else [[]]
    events = AuditEvent.objects.filter(application=app).select_related("actor", "application")
    pages = Paginator(events.order_by("-at", "-pk"), PAGE_SIZE)
    context = {
        "app": app,
        "section": "settings",
        "page": pages.get_page(request.GET.get("page")),
        "versions": list(zip(listed[:PAGE_SIZE], [*changes, *first], strict=True)),
        "current": app.job.definition_id,
    }
    return respond(request, "settings/history.html", context)


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: ConsoleRequest, slug: str, version: int) -> HttpResponse:
    """One version beside the one in force: what bringing it back would change; then that."""
    app = application_or_404(slug)
    versions = app.job.definitions.select_related("job__application__connection")
    wanted = versions.filter(version=version).first()
    if wanted is None or app.job.definition is None:
        raise Http404
    overtaken = None
    if request.method == "POST":
        try:
            return _restored(request, app, wanted)
        except ChangedMeanwhile as error:
            overtaken = meanwhile(error)
    context = {
        **_beside(app, app.job.definition, wanted),
        "read": read_up_to(app),
        "meanwhile": overtaken,
        "form_failed": bool(overtaken),
    }
    return respond(request, "settings/version.html", context, status=409 if overtaken else 200)


def differences(old: Definition, new: Definition) -> list[Change]:
    """What the newer one says otherwise, with the names of rows."""
    return rows_named(changes_between(old.content, new.content), new.content)


def _restored(request: ConsoleRequest, app: Application, wanted: Definition) -> HttpResponse:
    def decides(change: Change) -> bool:
        return str(change["path"]).split(".")[0].split("[")[0] in wanted.content

    document = {"slug": app.slug, **wanted.content}
    save_beside(request.user, document, read=read_by(request), concerns=decides)
    text = _("Version %(version)d is back. Look at what it would change.")
    messages.success(request, text % {"version": wanted.version})
    return redirect("plans", app.slug)


def _beside(app: Application, present: Definition, wanted: Definition) -> dict[str, Any]:
    # Read already: the definition asks its application for what decides beside it.
    wanted.job = app.job
    found = effect(app.job, wanted.as_definition())
    return {
        "app": app,
        "section": "settings",
        "wanted": wanted,
        "current": wanted.pk == present.pk,
        "changes": differences(present, wanted),
        "effect": found,
        "entering": found.estimate(found.entering),
        "leaving": found.estimate(found.leaving),
    }
