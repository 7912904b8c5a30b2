"""`/healthz` and `/readyz`: a word, nothing that helps a stranger (T53)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.access import public
from provisioning.engine.health import missing_parts


@never_cache
@public
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 when the web process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@public
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when work can be done, else 503 and the names of what is missing."""
    missing = missing_parts()
    if missing:
        text = f"not ready: {', '.join(missing)}\n"
        return HttpResponse(text, status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
