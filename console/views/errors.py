"""Pages for what is not allowed, naming the role that is needed and who has it, and for a fault."""

from __future__ import annotations

import sys

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import server_error

from console.access import RoleNeeded
from console.models import Role
from provisioning.engine.database_trouble import is_trouble

NAMED = 10
TRY_AGAIN = 10
"""Seconds after which a page is worth asking for again."""


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in the frame, with the role that was needed."""
    needed = exception.role if isinstance(exception, RoleNeeded) else None
    context = {"needed": needed.label if needed else "", "who": _administrators() if needed else []}
    return render(request, "403.html", context, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """500 for a defect of ours; 503 while the database is away, locked or full (F29, F30, F31)."""
    error = sys.exception()
    if not isinstance(error, Exception) or not is_trouble(error):
        return server_error(request)
    page = render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(TRY_AGAIN)})


def _administrators() -> list[str]:
    people = get_user_model().objects.filter(is_active=True)
    able = people.filter(Q(is_superuser=True) | Q(account__role=Role.ADMINISTRATOR))
    return [user.get_full_name() or user.get_username() for user in able[:NAMED]]
