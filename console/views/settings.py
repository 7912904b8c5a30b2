"""How provisioning behaves, as a file, and its end (S21)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires, requires_to_change
from console.forms.settings import PLACES, Settings, shown_settings
from console.http import ConsoleRequest, posted, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.leaving_matrix import matrix_rows
from console.pages.meanwhile import meanwhile, read_by, under
from console.pages.quota import quota_part
from console.pages.saved import acts_text, saved_text
from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import UsageProblems
from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.engine.controls import remove_configuration
from provisioning.engine.saving_beside import ChangedMeanwhile, read_up_to, save_beside
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Link


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
    """One form, one Save; text for who only reads."""
    app = application_or_404(slug)
    form = Settings(posted(request), initial=shown_settings(app))
    overtaken = None
    try:
        asks = request.method == "POST" and "look" not in request.POST
        if asks and form.is_valid() and _saved(request, app, form):
            return redirect("settings", slug)
    except ChangedMeanwhile as error:
        overtaken = meanwhile(error)
    wrong = bool(form.is_bound and form.errors)
    context = {
        "app": app,
        "section": "settings",
        "form": form,
        "form_failed": bool(wrong or overtaken),
        "quota": quota_part(app),
        "matrix": matrix_rows(app, form, timezone.now()),
        "weaknesses": {} if wrong else form.weaknesses(),
        "next_run": app.job.next_run,
        "acts": acts_text(app.job),
        "read": read_up_to(app),
        "meanwhile": overtaken,
    }
    status = 409 if overtaken else 422 if wrong else 200
    return respond(request, "settings/page.html", context, status=status)


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


def _saved(request: ConsoleRequest, app: Application, form: Settings) -> bool:
    document = {"slug": app.slug, **form.as_changes()}
    try:
        save_beside(request.user, document, read=read_by(request), concerns=under(*PLACES))
    except UsageProblems as problems:
        form.add_problems(problems)
        return False
    for text in form.weaknesses().values():
        messages.warning(request, text)
    messages.success(request, saved_text(app))
    return True


def _removed(request: ConsoleRequest, app: Application) -> HttpResponse:
    try:
        remove_configuration(request.user, app)
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect("settings", app.slug)
    messages.success(request, _("%(app)s was deleted.") % {"app": app.name})
    return redirect("applications")
