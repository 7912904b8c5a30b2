"""S18, quarantine: why, what is safe, the way out in numbers, and Retry now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console import quarantine
from console.access import requires
from console.application_status import application_or_404
from console.http import STOP_POLLING, ConsoleRequest, asked_for, respond
from console.models import Role
from provisioning.core.errors import ProvisioningError
from provisioning.engine.requesting import run_now
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Link


@requires(Role.READER)
@require_safe
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The reason with its evidence, or that there is none."""
    application = application_or_404(slug)
    job = application.job
    attempt = quarantine.attempt_of(job)
    context: dict[str, object] = {
        "app": application,
        "section": "quarantine",
        "attempt": attempt,
        "history": quarantine.history_of(application),
    }
    if job.quarantined:
        context |= {
            "title": quarantine.title_of(job.quarantine_reason),
            "message": quarantine.message_of(job),
            "steps": quarantine.way_out(application),
            "evidence": quarantine.evidence_of(job),
            "tries": quarantine.tries_of(job),
            "accounts": Link.objects.filter(job=job, kind="user").count(),
        }
    ended = attempt is None and asked_for(request, "quarantine")
    return respond(
        request,
        "quarantine/page.html",
        context,
        fragment="quarantine",
        status=STOP_POLLING if ended else 200,
    )


@requires(Role.ADMINISTRATOR)
@require_POST
def retry(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Try the application now; a cycle that works ends the quarantine."""
    application = application_or_404(slug)
    try:
        run_now(request.user, application.job)
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
    else:
        messages.info(request, _("Trying now. Quarantine ends when a request succeeds."))
    return redirect("quarantine", slug)
