"""Who will be deleted, and when: the timers that run (S21, `timers APP`)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import ConsoleRequest, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.timer_rows import timer_rows
from provisioning.engine import timers

PAGE = 50


@requires(Role.READER)
@require_safe
def index(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The accounts whose time runs, the next one first."""
    app = application_or_404(slug)
    page = Paginator(timers.running(app.job), PAGE).get_page(request.GET.get("page"))
    context = {
        "app": app,
        "section": "settings",
        "page": page,
        "rows": timer_rows(page, timezone.now()),
    }
    return respond(request, "timers/page.html", context)
