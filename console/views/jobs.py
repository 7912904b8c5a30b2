"""jobs: being written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from console.access import requires
from console.models import Role


@requires(Role.READER)
def start(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def stop(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def run_now(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


@requires(Role.READER)
def restart(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
