"""First run: the first account, a directory, an application (S02)."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from console import accounts, first_code, sessions
from console.access import public, requires
from console.forms.administration import FirstAccount
from console.http import ConsoleRequest, respond
from console.models import Role
from provisioning.engine.demo import sample_directory
from provisioning.models import DirectoryObject


@public
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Only while nobody can sign in, and only with the code that the server printed."""
    if get_user_model().objects.exists():
        raise Http404
    form = FirstAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if first_code.is_right(form.cleaned_data["code"]):
            return _made(request, form)
        form.add_error("code", _("This is not the code. Look for it where the server was started."))
    failed = bool(form.is_bound and form.errors)
    context = {"form": form, "form_failed": failed, "step": 1}
    return respond(request, "setup/account.html", context, status=422 if failed else 200)


def _made(request: HttpRequest, form: FirstAccount) -> HttpResponse:
    given = form.cleaned_data
    user = accounts.add_account(
        None,
        username=given["username"],
        email=given["email"],
        password=given["password"],
        role=Role.ADMINISTRATOR,
    )
    first_code.forget()
    login(request, user)
    sessions.begin(request.session, keep=False)
    return redirect("setup-directory")


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: ConsoleRequest) -> HttpResponse:
    """Where people come from: a file, or the sample directory."""
    if request.method == "POST":
        sample_directory(request.user)
        return redirect("setup-application")
    context = {"step": 2, "people": DirectoryObject.objects.people().present().count()}
    return respond(request, "setup/directory.html", context)


@requires(Role.ADMINISTRATOR)
@require_safe
def application(request: HttpRequest) -> HttpResponse:
    """The first application is added as every other one."""
    return redirect("gallery")
