"""Pages for what is not allowed: they name the role that is needed and who has it."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.access import RoleNeeded
from console.models import Role

NAMED = 10


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in the frame, with the role that was needed."""
    needed = exception.role if isinstance(exception, RoleNeeded) else None
    context = {"needed": needed.label if needed else "", "who": _administrators() if needed else []}
    return render(request, "403.html", context, status=403)


def _administrators() -> list[str]:
    people = get_user_model().objects.filter(is_active=True)
    able = people.filter(Q(is_superuser=True) | Q(account__role=Role.ADMINISTRATOR))
    return [user.get_full_name() or user.get_username() for user in able[:NAMED]]
