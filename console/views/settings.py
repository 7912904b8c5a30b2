"""How provisioning behaves, how it came to be so, and its end (S21)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires, requires_to_change
from console.application_status import application_or_404
from console.forms.settings import Settings, stored_settings
from console.http import ConsoleRequest, respond
from console.models import Role
from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import UsageProblems
from provisioning.engine.configuration.diff import changes_between
from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.engine.controls import remove_configuration, save_configuration
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, AuditEvent, Definition, Link

PAGE_SIZE = 25


class TypedName(forms.Form):
    """A removal is confirmed by the application's name (L3)."""

    typed = forms.CharField(label=gettext_lazy("To confirm, type the application's name"))

    def __init__(self, data: QueryDict | None, name: str) -> None:
        super().__init__(data)
        self.name = name

    def clean_typed(self) -> str:
        """The name, letter by letter."""
        typed: str = self.cleaned_data["typed"].strip()
        if typed != self.name:
            text = _("This is not the application's name. Type %(app)s.")
            raise forms.ValidationError(text % {"app": self.name})
        return typed


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """One form, one Save."""
    app = application_or_404(slug)
    form = Settings(request.POST or None, initial=stored_settings(app))
    if request.method == "POST" and form.is_valid() and _saved(request, slug, form):
        for text in form.weaknesses():
            messages.warning(request, text)
        messages.success(request, _("Saved. It acts from the next cycle."))
        return redirect("settings", slug)
    failed = bool(form.is_bound and form.errors)
    context = {
        "app": app,
        "section": "settings",
        "form": form,
        "form_failed": failed,
        "weaknesses": [] if failed else form.weaknesses(),
        "next_run": app.job.next_run,
    }
    return respond(request, "settings/page.html", context, status=422 if failed else 200)


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Every change; an earlier version can be brought back."""
    app = application_or_404(slug)
    if request.method == "POST":
        return _restore(request, app)
    events = AuditEvent.objects.filter(application=app).select_related("actor", "application")
    versions = app.job.definitions.select_related("created_by").order_by("-version")[:PAGE_SIZE]
    context = {
        "app": app,
        "section": "settings",
        "page": Paginator(events.order_by("-at", "-pk"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "versions": versions,
        "current": app.job.definition_id,
    }
    return respond(request, "settings/history.html", context)


@requires(Role.READER)
@require_safe
def export(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The configuration file as `apply` reads it; never a secret."""
    text = export_yaml(export_document(application_or_404(slug)))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.yaml"'
    return response


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Delete the application from Rollcall; its accounts stay as they are."""
    app = application_or_404(slug)
    confirmed = request.POST.get("confirmed") == "yes"
    form = TypedName(request.POST if confirmed else None, app.name)
    if confirmed and form.is_valid():
        return _removed(request, app)
    accounts = Link.objects.filter(job=app.job, kind="user").count()
    kept = ngettext(
        "%(number)d account in %(app)s stays as it is, and nobody looks after it any more.",
        "%(number)d accounts in %(app)s stay as they are, and nobody looks after them any more.",
        accounts,
    ) % {"number": accounts, "app": app.name}
    context = {
        "app": app,
        "section": "settings",
        "form": form,
        "form_failed": confirmed,
        "question": _("Delete application"),
        "consequences": [
            _("Configuration, links, plans, cycles and provisioning logs are deleted for good."),
            kept,
        ],
        "word": _("Delete %(app)s") % {"app": app.name},
        "danger": True,
        "back": reverse("settings", args=[slug]),
    }
    return respond(request, "confirm.html", context, status=422 if confirmed else 200)


def _saved(request: ConsoleRequest, slug: str, form: Settings) -> bool:
    try:
        save_configuration(request.user, {"slug": slug, **form.as_changes()})
    except UsageProblems as problems:
        form.add_problems(problems)
        return False
    return True


def _removed(request: ConsoleRequest, app: Application) -> HttpResponse:
    try:
        remove_configuration(request.user, app)
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect("settings", app.slug)
    messages.success(request, _("%(app)s was deleted.") % {"app": app.name})
    return redirect("applications")


def _restore(request: ConsoleRequest, app: Application) -> HttpResponse:
    wanted = app.job.definitions.filter(version=_number(request.POST.get("version"))).first()
    if wanted is None or app.job.definition is None:
        raise Http404
    if request.POST.get("confirmed") == "yes":
        save_configuration(request.user, {"slug": app.slug, **wanted.content})
        text = _("Version %(version)d is back. Look at what it would change.")
        messages.success(request, text % {"version": wanted.version})
        return redirect("plans", app.slug)
    return respond(request, "settings/restore.html", _restoring(app, app.job.definition, wanted))


def _restoring(app: Application, present: Definition, wanted: Definition) -> dict[str, Any]:
    return {
        "app": app,
        "section": "settings",
        "wanted": wanted,
        "changes": changes_between(present.content, wanted.content),
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
