"""Signing in and out, and the language of who is not signed in (S01)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from console import sessions
from console.access import public
from console.forms.sign_in import SignIn
from console.http import ConsoleRequest, respond
from console.models import Account


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Prove who you are; leads back to where somebody wanted to go."""
    if request.user.is_authenticated:
        return redirect(_wanted(request))
    if not get_user_model().objects.exists():
        return redirect("setup")
    form = SignIn(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        form.login(request)
        sessions.begin(request.session, keep=form.cleaned_data["remember"])
        return redirect(_wanted(request))
    failed = bool(form.is_bound and form.errors)
    context = {"form": form, "form_failed": failed, "next": request.GET.get("next", "")}
    return respond(request, "sign_in/page.html", context, status=422 if failed else 200)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends at once."""
    logout(request)
    return redirect("login")


@public
@require_POST
def language(request: ConsoleRequest) -> HttpResponse:
    """The other language from now on, remembered by the account or by a cookie."""
    answer = redirect(_wanted(request))
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES) or not check_for_language(wanted):
        return answer
    Account.objects.filter(user=request.user.pk).update(language=wanted)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return answer


def _wanted(request: HttpRequest) -> str:
    """Where `next` leads, if it is a page of ours."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else resolve_url(settings.LOGIN_REDIRECT_URL)
