"""mappings: being written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from console.access import requires
from console.models import Role


@requires(Role.READER)
def index(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def restore(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def editor(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def values(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def row(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
