"""Attribute mappings: both kinds, the editors, defaults (S08–S10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.access import requires, requires_to_change
from console.forms.mappings import ActionsForm
from console.http import ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages import mapping_rows as lines
from console.pages.application_status import application_or_404
from console.pages.change_words import told as in_words
from console.pages.matching_advice import unsearchable
from console.pages.meanwhile import meanwhile, read_by, under
from console.pages.preview_object import members_of, preview_object
from console.pages.saved import acts_now, saved_text
from console.views.mapping_row import row
from provisioning.core.gallery import find_template
from provisioning.core.problems import UsageProblems
from provisioning.core.vocabulary import Reason
from provisioning.engine.controls import save_configuration
from provisioning.engine.mapping_preview import results_for, try_expression
from provisioning.engine.saving_beside import ChangedMeanwhile, read_up_to, save_beside
from provisioning.engine.spoken import problem_of
from provisioning.models import Application, DirectoryObject, Link, Standing

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
        text = f"{_('The default mappings are back.')} {acts_now(app)}"
        messages.success(request, text)
        return redirect("mappings", slug)
    changes = [change for kind in lines.KINDS for change in lines.differing(app, kind)]
    told = [f"{one.what}: {one.old or '–'} → {one.new or '–'}" for one in in_words(changes)]
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
    posted = request.POST if request.method == "POST" else None
    form = _actions_form(app, kind, posted)
    overtaken = None
    try:
        if posted is not None and form.is_valid() and _saved(request, app, kind, form):
            return redirect("mapping", slug, kind)
    except ChangedMeanwhile as error:
        overtaken = meanwhile(error)
    context = {
        **_table(request, app, kind),
        "form": form,
        "form_failed": bool(form.errors or overtaken),
        "read": read_up_to(app),
        "meanwhile": overtaken,
    }
    status = 409 if overtaken else 422 if form.errors else 200
    return respond(request, "mappings/editor.html", context, status=status)


def _actions_form(app: Application, kind: str, posted: QueryDict | None) -> ActionsForm:
    document = lines.document_of(app, kind)
    initial = {"actions": document["actions"], "enabled": document.get("enabled", True)}
    return ActionsForm(posted, allowed=_allowed(app, kind), kind=kind, initial=initial)


def _allowed(app: Application, kind: str) -> tuple[str, ...]:
    template = find_template(app.template)
    return template.user_actions if kind == "users" else template.group_actions


def _table(request: HttpRequest, app: Application, kind: str) -> dict[str, Any]:
    """The mappings with the values of somebody, and what is known of the kind as a whole."""
    document = lines.document_of(app, kind)
    person = preview_object(request, app, kind)
    rows = lines.rows_of(app, kind, person)
    text = request.GET.get("find", "").strip()[:200]
    only = bool(request.GET.get("problems"))
    allowed = _allowed(app, kind)
    return {
        "app": app,
        "section": "mappings",
        "kind": kind,
        "rows": [one for one in rows if not only or (one.shown and one.shown.problem)],
        "only": only,
        "person": person,
        "text": text,
        "found": person is not None
        and text.casefold() in f"{person} {person.user_name}".casefold(),
        "problems": sum(bool(one.shown and one.shown.problem) for one in rows),
        "effects": lines.effects_without(document["actions"], allowed, kind),
        "people": Link.objects.filter(job=app.job, kind="user").count() if kind == "users" else 0,
        "without": _without_counterpart(app) if kind == "groups" else [],
        "members": members_of(app, person) if kind == "groups" and person else None,
        "updates_only": allowed == ("update",),
        "enabled": document.get("enabled", True),
        "unsearchable": unsearchable(app, document["attributes"]),
    }


def _saved(request: ConsoleRequest, app: Application, kind: str, form: ActionsForm) -> bool:
    part: dict[str, Any] = {"actions": form.cleaned_data["actions"]}
    if "enabled" in form.cleaned_data:
        part["enabled"] = form.cleaned_data["enabled"]
    document = {"slug": app.slug, "mappings": {kind: part}}
    concerns = under(f"mappings.{kind}.actions", f"mappings.{kind}.enabled")
    try:
        save_beside(request.user, document, read=read_by(request), concerns=concerns)
    except UsageProblems as error:
        for problem in error.problems:
            form.add_error("actions", problem_of(problem))
        return False
    messages.success(request, saved_text(app))
    return True


@requires(Role.READER)
@require_POST
def values(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What the mapping that is being typed gives, for several people."""
    app = application_or_404(slug)
    if not asked_for(request, "tried"):
        return redirect("mapping", slug, kind)
    text = _typed(request.POST)
    person = preview_object(request, app, kind)
    context: dict[str, Any] = {"app": app, "kind": kind}
    if text.strip():
        context["tried"] = try_expression(text, app.job, person)
        context["results"] = results_for(text, app.job, person) if person else []
    return respond(request, "mappings/tried.html", context)


def _typed(data: QueryDict) -> str:
    """An expression; of a direct mapping the one that says the same."""
    if data.get("type") == "direct":
        source = data.get("source", "").strip()
        return f"[{source}]" if source else ""
    chosen = data.get("type", "expression") == "expression"
    return data.get("expression", "")[:10_000] if chosen else ""


def _without_counterpart(app: Application) -> list[dict[str, Any]]:
    """Assigned groups whose name the application does not have, as the last cycle found."""
    missing = Standing.objects.filter(job=app.job, code=Reason.NO_COUNTERPART)
    groups = DirectoryObject.objects.filter(pk__in=missing.values("object"))
    names = groups.order_by("display_name").values_list("display_name", flat=True)[:NAMED]
    return [
        {"display_name": name, "odd_spaces": "  " in name or name != name.strip()} for name in names
    ]
