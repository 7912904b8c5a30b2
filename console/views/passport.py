"""A probe of the application, with consent: what will be written is said before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.access import requires
from console.http import ConsoleRequest, done, respond
from console.models import Role
from console.pages.application_status import application_or_404
from provisioning.engine.passport.asking import probe_for
from provisioning.engine.passport.probing import what_is_written


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def probe(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Ask for consent, then probe."""
    application = application_or_404(slug)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        if done(request, lambda: probe_for(request.user, application)):
            messages.success(request, _("The application was probed. Its passport is below."))
        return redirect("credentials", slug)
    context = {
        "app": application,
        "section": "credentials",
        "question": _("Probe %(application)s?") % {"application": application.name},
        "consequences": what_is_written(application),
        "names": [],
        "word": _("Probe now"),
        "back": reverse("credentials", args=[slug]),
    }
    return respond(request, "confirm.html", context)
