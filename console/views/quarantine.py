"""S18, quarantine: why, what is safe, the way out in numbers, and Retry now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.access import requires
from console.http import STOP_POLLING, ConsoleRequest, asked_for, done, respond
from console.models import Role
from console.pages import quarantine
from console.pages.application_status import application_or_404
from provisioning.core.health import MANUAL
from provisioning.engine.controls import enter_quarantine, leave_quarantine
from provisioning.engine.requesting import run_now
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
            "by_hand": job.quarantine_reason == MANUAL,
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
    if done(request, lambda: run_now(request.user, application.job)):
        messages.info(request, _("Trying now. Quarantine ends when a request succeeds."))
    return redirect("quarantine", slug)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Hold the application back by hand; asked once more before."""
    application = application_or_404(slug)
    if request.POST.get("confirmed") == "yes":
        enter_quarantine(request.user, application.job)
        messages.success(request, _("In quarantine. Nothing is sent by itself any more."))
        return redirect("quarantine", slug)
    context = {
        "app": application,
        "section": "quarantine",
        "question": _("Quarantine now"),
        "consequences": [
            _("A running cycle stops after the requests under way, and no other begins by itself."),
            _("People who leave keep their accounts in %(application)s until it goes on.")
            % {"application": application.name},
            _("It lasts until somebody selects Retry now or leaves quarantine."),
        ],
        "word": _("Quarantine now"),
        "danger": True,
        "back": reverse("quarantine", args=[slug]),
    }
    return respond(request, "confirm.html", context)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Go on without having mended anything; asked once more before."""
    application = application_or_404(slug)
    if request.POST.get("confirmed") == "yes":
        leave_quarantine(request.user, application.job)
        messages.success(request, _("Out of quarantine. The next cycle begins at once."))
        return redirect("overview", slug)
    context = {
        "app": application,
        "section": "quarantine",
        "question": _("Leave quarantine without fixing"),
        "consequences": [
            _("The next cycle begins at once, as if nothing had happened."),
            _("If requests go on failing, %(application)s is in quarantine again after it.")
            % {"application": application.name},
        ],
        "word": _("Leave quarantine"),
        "back": reverse("quarantine", args=[slug]),
    }
    return respond(request, "confirm.html", context)
