"""S06 Credentials: where the application is, how to enter, and Test Connection."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console.access import requires_to_change
from console.forms.credentials import CredentialsForm
from console.http import ConsoleRequest, asked_for, respond
from console.pages.application_status import application_or_404
from console.pages.connection_test import NOT_TESTED, ShownTest, last_test, shown_test
from console.pages.regions import tenant_url_for
from console.pages.saved_secret import saved_secret
from provisioning.core.errors import CredentialsRejected
from provisioning.core.problems import UsageProblems
from provisioning.engine.passport.probing import document_of
from provisioning.engine.trying_credentials import try_credentials
from provisioning.engine.typed_credentials import save_credentials
from provisioning.models import Application

TEMPLATE = "credentials/page.html"


@requires_to_change
@sensitive_post_parameters("secret_token", "client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The form, and what the last test said."""
    application = application_or_404(slug)
    posted = request.method == "POST"
    form = CredentialsForm(request.POST if posted else None, application=application)
    if posted:
        if form.is_valid() and _saved(request, application, form):
            messages.success(request, _("The credentials were saved."))
            return redirect("credentials", slug)
    elif asked_for(request, "region-url"):
        return respond(request, TEMPLATE, _meant(request, form), fragment="region-url")
    context = _context(application, form, last_test(application.connection))
    context["form_failed"] = posted
    return respond(request, TEMPLATE, context, status=422 if posted else 200)


@requires_to_change
@sensitive_post_parameters("secret_token", "client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def test_connection(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Try what is in the form, saved or not; the answer is the result, or the page with it."""
    if request.method != "POST":
        return redirect("credentials", slug)
    application = application_or_404(slug)
    form = CredentialsForm(request.POST, application=application)
    shown = _tried(request, application, form) if form.is_valid() else None
    context = {**_context(application, form, shown), "testing": True}
    status = 200 if shown else 422
    return respond(request, TEMPLATE, context, fragment="result", status=status)


def _saved(request: ConsoleRequest, application: Application, form: CredentialsForm) -> bool:
    key = _trial_key(application)
    try:
        save_credentials(request.user, application, form.typed(), request.session.get(key))
    except UsageProblems as problems:
        form.add_problems(problems)
        return False
    request.session.pop(key, None)
    return True


def _tried(
    request: ConsoleRequest, application: Application, form: CredentialsForm
) -> ShownTest | None:
    """The result; it waits in the session until exactly these credentials are saved."""
    try:
        trial = try_credentials(application, form.typed())
    except UsageProblems as problems:
        form.add_problems(problems)
        return None
    request.session[_trial_key(application)] = trial.document()
    return last_test(application.connection) if trial.saved else shown_test(trial.tested)


def _trial_key(application: Application) -> str:
    return f"trial {application.pk}"


def _meant(request: HttpRequest, form: CredentialsForm) -> dict[str, object]:
    """The Tenant URL that a choice of region stands for, before anything is saved."""
    typed = request.GET.get("tenant_url", "").strip().rstrip("/")
    return {"meant": tenant_url_for(form.places, request.GET.get("region", ""), typed)}


def _context(
    application: Application, form: CredentialsForm, shown: ShownTest | None
) -> dict[str, Any]:
    connection = application.connection
    rejected = application.job.quarantine_reason == CredentialsRejected.code
    return {
        "app": application,
        "section": "credentials",
        "form": form,
        "shown": shown,
        "not_tested": NOT_TESTED if connection.secret and last_test(connection) is None else None,
        "passport": document_of(application),
        "saved": saved_secret(application),
        "rejected": rejected,
        "may_retry": shown is not None and shown.ok and rejected,
        "meant": "" if form.is_bound or connection.tenant_url else _first(form),
    }


def _first(form: CredentialsForm) -> str:
    """What the region that is chosen beforehand stands for."""
    return tenant_url_for(form.places, cast(str, form.initial["region"]), "")
