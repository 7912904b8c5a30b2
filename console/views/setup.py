"""setup: being written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from console.access import requires
from console.models import Role


@requires(Role.READER)
def account(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def directory(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def application(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
