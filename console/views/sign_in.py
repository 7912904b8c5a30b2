"""sign_in: being written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from console.access import requires
from console.models import Role


@requires(Role.READER)
def sign_in(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def sign_out(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def language(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
