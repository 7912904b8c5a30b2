"""One mapping: edited, moved, added, deleted (S09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console import mapping_rows as lines
from console.access import requires
from console.application_status import application_or_404
from console.attribute_names import filled_attributes
from console.forms.mappings import MappingForm, initial_of
from console.http import ConsoleRequest, respond
from console.models import Role
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.gallery import find_template
from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind
from provisioning.engine.controls import save_configuration
from provisioning.models import Application


@dataclass(slots=True)
class Editing:
    """The mapping that is edited, among all of its kind; a new one has no place yet."""

    app: Application
    kind: str
    place: int | None
    attributes: list[dict[str, Any]]
    form: MappingForm

    @property
    def present(self) -> dict[str, Any]:
        """The row as it is stored."""
        return {} if self.place is None else self.attributes[self.place]

    @property
    def version(self) -> int:
        """The definition that the person looked at."""
        return self.app.job.definition.version if self.app.job.definition else 0


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: ConsoleRequest, slug: str, kind: str, row: int | None = None) -> HttpResponse:
    """The form of one mapping; without a number, of a new one."""
    editing = _editing(request, slug, kind, row)
    if request.method != "POST":
        return _shown(request, editing, 200)
    if request.POST.get("version", str(editing.version)) != str(editing.version):
        editing.form.add_error(
            None,
            _(
                "Somebody changed this configuration meanwhile. What you typed is still here: look "
                "at theirs on the mappings page, then save again."
            ),
        )
        return _shown(request, editing, 409)
    if _changed(request, editing):
        return redirect("mapping", slug, kind)
    return _shown(request, editing, 422)


def _editing(request: ConsoleRequest, slug: str, kind: str, place: int | None) -> Editing:
    app = application_or_404(slug)
    if kind not in lines.KINDS:
        raise Http404
    attributes = list(lines.document_of(app, kind)["attributes"])
    if place is not None and place >= len(attributes):
        raise Http404
    stored = initial_of(attributes[place] if place is not None else {})
    data = request.POST if request.method == "POST" else None
    return Editing(app, kind, place, attributes, MappingForm(data, initial=stored))


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
        save_configuration(request.user, document)
    except UsageProblems as error:
        for problem in error.problems:
            text = f"{problem.message} {problem.advice}".strip()
            editing.form.add_error(_field(problem.path, editing.form), text)
        return False
    messages.success(request, _("Saved. It acts from the next cycle."))
    return True


def _field(path: str, form: MappingForm) -> str:
    """The field a problem's path ends in; a whole row's is that of what fills it."""
    name = path.rpartition(".")[2]
    if name in form.fields:
        return name
    return "expression" if form.data.get("type") == "expression" else "target"


def _shown(request: ConsoleRequest, editing: Editing, status: int) -> HttpResponse:
    context = {
        "app": editing.app,
        "section": "mappings",
        "kind": editing.kind,
        "form": editing.form,
        "form_failed": status != 200,
        "present": editing.present,
        "short": lines.short_name(editing.present.get("target", "")),
        "version": editing.version,
        "attributes": filled_attributes(Kind(editing.kind.removesuffix("s"))),
        "functions": sorted(REGISTRY.values(), key=lambda one: one.name),
        "preview_user": request.GET.get("user", ""),
    }
    return respond(request, "mappings/row.html", context, status=status)
