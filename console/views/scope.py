"""scope: being written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from console.access import requires
from console.models import Role


@requires(Role.READER)
def page(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def count(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
