"""One mapping: edited, moved, added, deleted (S09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.access import requires
from console.forms.mappings import MappingForm, initial_of
from console.http import ConsoleRequest, respond
from console.models import Role
from console.pages import mapping_rows as lines
from console.pages.application_status import application_or_404
from console.pages.attribute_names import filled_attributes
from console.pages.matching_advice import matching_advice
from console.pages.meanwhile import Meanwhile, meanwhile, read_by
from console.pages.saved import saved_text
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.gallery import find_template
from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind
from provisioning.engine.saving_beside import ChangedMeanwhile, read_up_to, save_beside
from provisioning.engine.spoken import problem_of
from provisioning.models import Application


@dataclass(slots=True)
class Editing:
    """The mapping that is edited, among all of its kind; a new one has no place yet."""

    app: Application
    kind: str
    place: int | None
    attributes: list[dict[str, Any]]
    form: MappingForm
    overtaken: Meanwhile | None = None

    @property
    def present(self) -> dict[str, Any]:
        """The row as it is stored."""
        return {} if self.place is None else self.attributes[self.place]

    def concerns(self, change: Mapping[str, Any]) -> bool:
        """Whether a change is of this mapping, or of all of them at once."""
        path = f"mappings.{self.kind}.attributes"
        rows = [side for side in (change["old"], change["new"]) if isinstance(side, dict)]
        names = {change.get("of"), *(one.get("target") for one in rows)}
        targets = {self.present.get("target"), self.form.data.get("target")}
        return bool(change["path"] == path or (change["path"].startswith(path) and names & targets))


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: ConsoleRequest, slug: str, kind: str, row: int | None = None) -> HttpResponse:
    """The form of one mapping; without a number, of a new one."""
    editing = _editing(request, slug, kind, row)
    if request.method != "POST":
        return _shown(request, editing, 200)
    if _changed(request, editing):
        return redirect("mapping", slug, kind)
    return _shown(request, editing, 409 if editing.overtaken else 422)


def _editing(request: ConsoleRequest, slug: str, kind: str, place: int | None) -> Editing:
    app = application_or_404(slug)
    if kind not in lines.KINDS:
        raise Http404
    attributes = list(lines.document_of(app, kind)["attributes"])
    place = _place(attributes, place, request.POST.get("was"))
    stored = initial_of(attributes[place] if place is not None else {})
    data = request.POST if request.method == "POST" else None
    return Editing(app, kind, place, attributes, MappingForm(data, initial=stored))


def _place(attributes: list[dict[str, Any]], place: int | None, was: str | None) -> int | None:
    """Where the mapping is now: others may have come, gone or moved since the page was read."""
    if was and place is not None:
        return next((n for n, one in enumerate(attributes) if one["target"] == was), None)
    if place is not None and place >= len(attributes):
        raise Http404
    return place


def _changed(request: ConsoleRequest, editing: Editing) -> bool:
    """Do what the button says; what the configuration refuses stands beside the fields."""
    rows, place = list(editing.attributes), editing.place
    op = request.POST.get("op", "save")
    if op == "save":
        if not editing.form.is_valid():
            return False
        new = editing.form.as_row()
        rows = [*rows, new] if place is None else [*rows[:place], new, *rows[place + 1 :]]
    elif place is not None and op == "delete":
        if editing.present["target"] in find_template(editing.app.template).required:
            editing.form.add_error("target", _("The application requires this attribute."))
            return False
        del rows[place]
    elif place is not None:
        other = place - 1 if op == "up" else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return _save(request, editing, rows)


def _save(request: ConsoleRequest, editing: Editing, rows: list[dict[str, Any]]) -> bool:
    document = {"slug": editing.app.slug, "mappings": {editing.kind: {"attributes": rows}}}
    try:
        save_beside(request.user, document, read=read_by(request), concerns=editing.concerns)
    except ChangedMeanwhile as error:
        editing.overtaken = meanwhile(error)
        return False
    except UsageProblems as error:
        for problem in error.problems:
            editing.form.add_error(_field(problem.path, editing.form), problem_of(problem))
        return False
    messages.success(request, saved_text(editing.app))
    return True


def _field(path: str, form: MappingForm) -> str:
    """The field a problem's path ends in; a whole row's is that of what fills it."""
    name = path.rpartition(".")[2]
    if name in form.fields:
        return name
    return "expression" if form.data.get("type") == "expression" else "target"


def _shown(request: ConsoleRequest, editing: Editing, status: int) -> HttpResponse:
    kind = Kind(editing.kind.removesuffix("s"))
    context = {
        "app": editing.app,
        "section": "mappings",
        "kind": editing.kind,
        "form": editing.form,
        "form_failed": status != 200,
        "present": editing.present,
        "short": lines.short_name(editing.present.get("target", "")),
        "required": editing.present.get("target") in find_template(editing.app.template).required,
        "matching": matching_advice(editing.app, editing.present, editing.kind),
        "read": read_up_to(editing.app),
        "meanwhile": editing.overtaken,
        "op": request.POST.get("op"),
        "targets": lines.unmapped(editing.app, editing.attributes, kind),
        "attributes": filled_attributes(kind),
        "functions": sorted(REGISTRY.values(), key=lambda one: one.name),
        "preview_user": request.GET.get("user") or request.POST.get("user", ""),
    }
    return respond(request, "mappings/row.html", context, status=status)
