"""Who is provisioned: mode, scoping filters, and what they would change (S11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires, requires_to_change
from console.application_status import application_or_404
from console.attribute_names import known_attributes
from console.forms.scope import ScopeDraft, operators, posted_draft, stored_draft
from console.http import ConsoleRequest, asked_for, respond
from console.models import Role
from provisioning.core.guard import allowed_removals
from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind
from provisioning.engine.controls import save_configuration
from provisioning.engine.scope_effect import Effect, edited, effect, refusals
from provisioning.models import Application, DirectoryObject, Link

PAGE = "scope/page.html"


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The form; its buttons add and remove, or save."""
    app = application_or_404(slug)
    kind = _kind(request)
    if request.method != "POST":
        return _shown(request, app, _stored(app, kind))
    draft = posted_draft(request.POST, kind)
    op = request.POST.get("op", "save")
    if op != "save":
        return _shown(request, app, draft, focus=draft.perform(op))
    if not draft.judge():
        return _shown(request, app, draft, failed=True)
    return _save(request, app, draft)


@requires(Role.ADMINISTRATOR)
@require_POST
def count(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The effect of what is typed, before it is saved."""
    if not asked_for(request, "effect"):
        return redirect("scope", slug)
    app = application_or_404(slug)
    draft = posted_draft(request.POST, _kind(request))
    draft.judge()
    context = {"app": app, "draft": draft, **_effect(request, app, draft)}
    return respond(request, PAGE, context, fragment="effect")


def _save(request: ConsoleRequest, app: Application, draft: ScopeDraft) -> HttpResponse:
    """Save, after a confirmation when more people would leave than the guard lets go."""
    found = effect(app.job, edited(app.job, draft.as_changes()), Kind(draft.kind.removesuffix("s")))
    if request.POST.get("confirmed") != "yes" and _is_too_many(app, found):
        text = _leaving_text(app, found)
        return _shown(request, app, draft, confirm=found, confirm_text=text)
    try:
        save_configuration(request.user, {"slug": app.slug, **draft.as_changes()})
    except UsageProblems as error:
        texts = [f"{one.message} {one.advice}".strip() for one in error.problems]
        return _shown(request, app, draft, failed=True, texts=texts)
    messages.success(request, _("Saved. It acts from the next cycle."))
    return redirect(f"{reverse('scope', args=[app.slug])}?kind={draft.kind}")


def _is_too_many(app: Application, found: Effect) -> bool:
    if app.job.definition is None:
        return False
    linked = Link.objects.filter(job=app.job, kind="user").count()
    return found.estimate(found.leaving) > allowed_removals(
        app.job.definition.as_definition().guard, linked
    )


def _shown(
    request: HttpRequest, app: Application, draft: ScopeDraft, **more: object
) -> HttpResponse:
    """The form as it was typed; `more` says what is wrong, what to confirm or where focus goes."""
    context = {
        "app": app,
        "section": "scope",
        "draft": draft,
        "operators": operators(),
        "attributes": known_attributes(Kind(draft.kind.removesuffix("s"))),
        "errors": draft.errors(),
        "form_failed": bool(more.get("failed")),
        **more,
        **_effect(request, app, draft),
    }
    return respond(request, PAGE, context, status=422 if more.get("failed") else 200)


def _leaving_text(app: Application, found: Effect) -> str:
    number = found.estimate(found.leaving)
    text = ngettext(
        "%(number)d person would leave the scope and be disabled in %(app)s.",
        "%(number)d people would leave the scope and be disabled in %(app)s.",
        number,
    )
    return text % {"number": number, "app": app.name}


def _effect(request: HttpRequest, app: Application, draft: ScopeDraft) -> dict[str, Any]:
    """Counts and the verdict about one person; nothing while something typed is wrong."""
    if draft.errors():
        return {"effect": None}
    kind = Kind(draft.kind.removesuffix("s"))
    try:
        wanted = edited(app.job, draft.as_changes())
    except UsageProblems:
        return {"effect": None}
    found: dict[str, Any] = {"effect": effect(app.job, wanted, kind)}
    text = (request.POST.get("check") or request.GET.get("check", "")).strip()
    if text:
        people = DirectoryObject.objects.filter(kind=kind.value).find(text)
        found |= {"check": text, "checked": people[0] if people else None}
        if people:
            found["refusals"] = refusals(app.job, wanted, people[0])
    return found


def _stored(app: Application, kind: str) -> ScopeDraft:
    definition = app.job.definition
    return stored_draft(definition.content, kind) if definition else ScopeDraft(kind)


def _kind(request: HttpRequest) -> str:
    given = request.POST.get("kind") or request.GET.get("kind")
    return "groups" if given == "groups" else "users"
