"""Who may see and do what: nobody anything, unless the view says so (T44).

A view is marked `@requires(Role.…)` or `@public`. One middleware judges them all, fragments and
downloads included; a view that is marked neither answers 403 to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from console.models import Account, Role

View = TypeVar("View", bound=Callable[..., Any])
RANK = {Role.READER: 1, Role.ADMINISTRATOR: 2}
_MARK = "rollcall_access"
_PUBLIC = "public"


class RoleNeeded(PermissionDenied):
    """Somebody is signed in, but may not do this; `role` is who may."""

    def __init__(self, role: Role) -> None:
        super().__init__(str(role))
        self.role = role


def requires(role: Role) -> Callable[[View], View]:
    """Let in who has this role or a higher one."""

    def mark(view: View) -> View:
        setattr(view, _MARK, role)
        return view

    return mark


def requires_to_change(view: View) -> View:
    """A page that everybody reads and an administrator changes: GET as Reader, POST as more."""
    setattr(view, _MARK, (Role.READER, Role.ADMINISTRATOR))
    return view


def public(view: View) -> View:
    """Let in everybody, signed in or not."""
    setattr(view, _MARK, _PUBLIC)
    return view


def role_of(user: AbstractBaseUser | AnonymousUser) -> Role | None:
    """The role of whoever asks; `None` may do nothing."""
    if not user.is_authenticated or not user.is_active:
        return None
    if getattr(user, "is_superuser", False):
        return Role.ADMINISTRATOR
    account: Account | None = getattr(user, "account", None)
    return Role(account.role) if account else None


class AccessMiddleware:
    """The one place that lets requests through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Nothing for who may pass; the sign-in page for a stranger; 403 for all others."""
        mark = getattr(view, _MARK, None)
        if mark == _PUBLIC:
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if mark is None:
            raise PermissionDenied("This view says nothing about who may use it.")
        needed = _needed(mark, request.method or "")
        role = role_of(request.user)
        if role is None or RANK[role] < RANK[needed]:
            raise RoleNeeded(needed)
        return None


def _needed(mark: Any, method: str) -> Role:
    if isinstance(mark, tuple):
        reader, more = mark
        return Role(reader if method in ("GET", "HEAD") else more)
    return Role(mark)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back; a fragment sends the whole page there."""
    if getattr(request, "htmx", None):
        here = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{reverse('login')}?{urlencode({'next': here})}")
    login: HttpResponseRedirect = redirect_to_login(request.get_full_path())
    return login
