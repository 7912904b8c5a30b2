"""Where people and groups come from, and importing files: choose, look, confirm (S22)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires
from console.forms.sources import Reading, Upload
from console.http import ConsoleRequest, posted, respond
from console.models import Role
from console.pages import imports
from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.file_readings import FileLook
from provisioning.engine.importing.kinds import FORMS
from provisioning.engine.importing.uploads import Draft, find_draft

DEFAULT_SOURCE = "files"


@requires(Role.READER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A card per source, and what was imported lately."""
    results = imports.last_imports()
    context = {
        "section": "sources",
        "cards": imports.cards(results),
        "results": results,
        "words": imports.part_words(),
        "kinds": [{"kind": one.kind, "title": _(one.title)} for one in FORMS.values()],
    }
    return respond(request, "sources/index.html", context)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: ConsoleRequest) -> HttpResponse:
    """Step 1: the files. They are kept, and nothing is imported yet."""
    name = request.GET.get("source", DEFAULT_SOURCE)
    files = request.FILES if request.method == "POST" else None
    form = Upload(posted(request), files, initial={"source": name})
    if form.is_valid() and (draft := _kept(form)) is not None:
        return redirect("source-confirm", draft.id)
    failed = bool(form.is_bound and form.errors)
    context = {"section": "sources", "form": form, "form_failed": failed}
    return respond(request, "sources/upload.html", context, status=422 if failed else 200)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: ConsoleRequest, draft: uuid.UUID) -> HttpResponse:
    """Step 2: what the files would change; then import or discard them."""
    waiting = find_draft(draft)
    if waiting is None:
        raise Http404(_("These files were imported or discarded. Choose them again."))
    if request.POST.get("op") == "discard":
        waiting.discard()
        messages.info(request, _("The files were discarded; nothing was imported."))
        return redirect("sources")
    looks = waiting.looks()
    if request.POST.get("op") == "read":
        return _read_again(request, waiting, looks)
    if request.method == "POST" and all(look.settled for look in looks):
        return _import(request, waiting)
    return _shown(request, waiting, [Reading(look) for look in looks])


def _read_again(request: ConsoleRequest, draft: Draft, looks: list[FileLook]) -> HttpResponse:
    """Keep how the files are to be read, and show them anew."""
    forms = [Reading(look, request.POST) for look in looks]
    if sum(form.is_valid() for form in forms) < len(forms):
        return _shown(request, draft, forms, status=422)
    draft.read_as({form.look.part: form.reading() for form in forms})
    return redirect("source-confirm", draft.id)


def _shown(
    request: ConsoleRequest, draft: Draft, forms: list[Reading], status: int = 200
) -> HttpResponse:
    """What the files would change, or what is in the way, and how they are read."""
    context: dict[str, Any] = {"section": "sources", "draft": draft, "forms": forms}
    context["unsettled"] = [form.look for form in forms if not form.look.settled]
    try:
        report = draft.preview()
    except UsageProblems as found:
        context["problems"] = imports.told_problems(found)
    else:
        context |= {"rows": imports.rows_of(report), "report": report}
        context |= imports.findings_of(report)
    return respond(request, "sources/confirm.html", context, status=status)


def _kept(form: Upload) -> Draft | None:
    """The draft, when its files are directory files at all."""
    draft = form.keep()
    try:
        draft.looks()
    except UsageProblems as problems:
        form.add_problems(problems)
        draft.discard()
        return None
    return draft


def _import(request: ConsoleRequest, draft: Draft) -> HttpResponse:
    report = draft.run(request.user, force=request.POST.get("force") == "yes")
    numbers = {
        "added": report.users.added + report.groups.added,
        "changed": report.users.changed + report.groups.changed,
        "removed": report.users.removed + report.groups.removed,
    }
    text = _("Imported: %(added)d new, %(changed)d changed, %(removed)d removed.")
    messages.success(request, text % numbers)
    if report.held:
        messages.warning(
            request, _("Nobody was removed: too many were missing from the files at once.")
        )
    return redirect("sources")
