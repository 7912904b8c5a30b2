"""Who is provisioned: mode, scoping filters, and what they would change (S11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires, requires_to_change
from console.forms.scope import ScopeDraft, operators, posted_draft, stored_draft
from console.http import ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.attribute_names import filter_attributes, usual_values
from console.pages.leaving import leaving_text, leaving_word, needs_decision
from console.pages.meanwhile import meanwhile, read_by, under
from console.pages.saved import acts_text, saved_text
from console.views.people import MARKS
from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import ROLE_ASSIGNMENTS
from provisioning.engine.saving_beside import ChangedMeanwhile, read_up_to, save_beside
from provisioning.engine.scope_effect import edited, effect, verdict
from provisioning.models import Application, DirectoryObject

PAGE = "scope/page.html"


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The form; its buttons add and remove, look at the effect, or save."""
    app = application_or_404(slug)
    kind = _kind(request)
    if request.method != "POST":
        return _shown(request, app, _stored(app, kind))
    draft = posted_draft(request.POST, kind)
    op = request.POST.get("op", "save")
    if op != "save":
        return _shown(request, app, draft, focus=draft.perform(op))
    if not draft.judge():
        return _shown(request, app, draft, status=422)
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
    if request.POST.get("confirmed") != "yes" and (question := _question(app, draft)):
        return _shown(request, app, draft, **question)
    document = {"slug": app.slug, **draft.as_changes()}
    try:
        save_beside(request.user, document, read=read_by(request), concerns=under(*draft.places))
    except ChangedMeanwhile as error:
        return _shown(request, app, draft, status=409, meanwhile=meanwhile(error))
    except UsageProblems as error:
        return _shown(request, app, draft, status=422, texts=draft.add_problems(error))
    messages.success(request, saved_text(app))
    return redirect(f"{reverse('scope', args=[app.slug])}?kind={draft.kind}")


def _question(app: Application, draft: ScopeDraft) -> dict[str, Any]:
    """What has to be confirmed, or nothing."""
    try:
        wanted = edited(app.job, draft.as_changes())
    except UsageProblems:
        return {}
    found = effect(app.job, wanted, _object_kind(draft))
    if not needs_decision(app, found, on_leaving=draft.on_leaving, kind=draft.kind):
        return {}
    return {
        "confirm": found,
        "confirm_text": leaving_text(app, found, on_leaving=draft.on_leaving),
        "confirm_word": leaving_word(found, on_leaving=draft.on_leaving),
    }


def _shown(
    request: HttpRequest, app: Application, draft: ScopeDraft, *, status: int = 200, **more: object
) -> HttpResponse:
    """The form as it was typed; `more` says what is wrong, what to confirm or where focus goes."""
    kind = _object_kind(draft)
    named = {clause.attribute for one in draft.filters for clause in one.clauses}
    context = {
        "app": app,
        "section": "scope",
        "draft": draft,
        "operators": operators(),
        "attributes": filter_attributes(kind),
        "usual": usual_values(kind, named) | {ROLE_ASSIGNMENTS: _roles(app)},
        "errors": draft.errors(),
        "wrong": dict(draft.errors()),
        "form_failed": status != 200,
        "read": read_up_to(app),
        "acts": acts_text(app.job),
        **more,
        **_effect(request, app, draft),
    }
    return respond(request, PAGE, context, status=status)


def _effect(request: HttpRequest, app: Application, draft: ScopeDraft) -> dict[str, Any]:
    """Counts and the verdict about one person; nothing while something typed is wrong."""
    if draft.errors():
        return {"effect": None}
    kind = _object_kind(draft)
    try:
        wanted = edited(app.job, draft.as_changes())
    except UsageProblems:
        return {"effect": None}
    counted = effect(app.job, wanted, kind)
    found: dict[str, Any] = {
        "effect": counted,
        "inside": counted.estimate(counted.inside),
        "entering": counted.estimate(counted.entering),
        "leaving": counted.estimate(counted.leaving),
    }
    text = (request.POST.get("check") or request.GET.get("check", "")).strip()
    if text:
        people = DirectoryObject.objects.filter(kind=kind.value).find(text)
        found |= {"check": text, "checked": people[0] if people else None}
        if people:
            told = verdict(app.job, wanted, people[0])
            found["verdict"] = told
            found["checks"] = [(MARKS[one.answer], one) for one in told.checks]
    return found


def _stored(app: Application, kind: str) -> ScopeDraft:
    definition = app.job.definition
    return stored_draft(definition.content, kind) if definition else ScopeDraft(kind)


def _roles(app: Application) -> list[str]:
    """What a clause about app roles can be compared with."""
    definition = app.job.definition
    return [str(role["value"]) for role in definition.content["roles"]] if definition else []


def _object_kind(draft: ScopeDraft) -> Kind:
    return Kind(draft.kind.removesuffix("s"))


def _kind(request: HttpRequest) -> str:
    given = request.POST.get("kind") or request.GET.get("kind")
    return "groups" if given == "groups" else "users"
