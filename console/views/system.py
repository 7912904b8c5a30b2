"""System health: one verdict, then every part (S26)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import respond
from console.models import Role
from provisioning.engine.condition import condition


@requires(Role.READER)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Are workers, queue and schedule alive."""
    rows = condition(timezone.now())
    bad = [row for row in rows if not row.good]
    context = {"section": "system", "rows": rows, "worst": bad[0] if bad else None}
    return respond(request, "system/page.html", context, fragment="parts")
