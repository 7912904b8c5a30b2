"""My account: language, theme, password (S27)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console.access import requires, role_of
from console.forms.administration import ChangePassword, Preferences
from console.http import ConsoleRequest, respond
from console.models import Account, Role


@requires(Role.READER)
@sensitive_post_parameters("present", "new")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest) -> HttpResponse:
    """Two forms; the one whose button was pressed is saved."""
    account = _account(request)
    asked = request.POST.get("form") if request.method == "POST" else None
    preferences = Preferences(
        request.POST if asked == "preferences" else None,
        initial={"language": account.language, "theme": account.theme},
    )
    password = ChangePassword(request.POST if asked == "password" else None, request.user)
    if asked == "preferences" and preferences.is_valid():
        Account.objects.filter(pk=account.pk).update(**preferences.cleaned_data)
        if language := preferences.cleaned_data["language"]:
            translation.activate(language)
        messages.success(request, _("Saved."))
        return redirect("account")
    if asked == "password" and password.is_valid():
        request.user.set_password(password.cleaned_data["new"])
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("The password was changed. Other sessions have ended."))
        return redirect("account")
    failed = bool(preferences.errors or password.errors)
    context = {
        "section": "account",
        "preferences": preferences,
        "password": password,
        "form": password if password.is_bound else preferences,
        "form_failed": failed,
    }
    return respond(request, "account/page.html", context, status=422 if failed else 200)


def _account(request: ConsoleRequest) -> Account:
    """The first administrator, a superuser, has no row until something is to be remembered."""
    role = role_of(request.user) or Role.READER
    made, _new = Account.objects.get_or_create(user=request.user, defaults={"role": role})
    return made
