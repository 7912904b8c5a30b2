"""Who hears about failures, and proof that they do (S07)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires, requires_to_change
from console.application_status import application_or_404
from console.forms.notifications import Notifications
from console.http import ConsoleRequest, posted, respond
from console.models import Role
from console.status import notice_status
from provisioning.engine.controls import save_configuration
from provisioning.engine.trying_mail import has_mail_server, send_test_mail
from provisioning.models import Application, Notice

PAGE = "notifications/page.html"
SHOWN = 10


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The form, and what was sent lately."""
    app = application_or_404(slug)
    form = Notifications(posted(request), initial=_stored(app))
    if request.method == "POST" and form.is_valid():
        save_configuration(request.user, {"slug": slug, **form.as_changes()})
        messages.success(request, _("Saved. It acts from the next failure on."))
        return redirect("notifications", slug)
    return _shown(request, app, form)


@requires(Role.ADMINISTRATOR)
@require_POST
def send_test(request: ConsoleRequest, slug: str) -> HttpResponse:
    """One mail to the addresses as they are typed, saved or not."""
    app = application_or_404(slug)
    form = Notifications(request.POST)
    if form.is_valid() and not form.cleaned_data["email"]:
        form.add_error("email", _("Write an address to send the test to."))
    if not form.is_valid():
        return _shown(request, app, form, testing=True)
    result = send_test_mail(app, form.cleaned_data["email"])
    return _shown(request, app, form, testing=True, result=result)


def _shown(
    request: ConsoleRequest, app: Application, form: Notifications, **more: object
) -> HttpResponse:
    failed = bool(form.is_bound and form.errors)
    notices = Notice.objects.filter(application=app).order_by("-created")[:SHOWN]
    context = {
        "app": app,
        "section": "notifications",
        "form": form,
        "form_failed": failed,
        "has_mail_server": has_mail_server(),
        "notices": [(one, notice_status(one)) for one in notices],
        **more,
    }
    return respond(request, PAGE, context, fragment="tested", status=422 if failed else 200)


def _stored(app: Application) -> dict[str, object]:
    return {
        "email": ", ".join(app.notification_emails),
        "on_failure": app.notify_on_failure,
    }
