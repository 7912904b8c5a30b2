"""Who hears about failures, and proof that they do (S07)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires, requires_to_change
from console.forms.notifications import Notifications
from console.http import ConsoleRequest, posted, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.meanwhile import meanwhile, read_by, under
from console.pages.status import notice_status
from provisioning.engine.saving_beside import ChangedMeanwhile, read_up_to, save_beside
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
    if not form.is_valid():
        return _shown(request, app, form)
    document = {"slug": slug, **form.as_changes()}
    try:
        save_beside(request.user, document, read=read_by(request), concerns=under("notification"))
    except ChangedMeanwhile as error:
        return _shown(request, app, form, status=409, meanwhile=meanwhile(error))
    messages.success(request, _("Saved. It acts from the next failure on."))
    return redirect("notifications", slug)


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
    request: ConsoleRequest,
    app: Application,
    form: Notifications,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else status
    notices = Notice.objects.filter(application=app).order_by("-created")[:SHOWN]
    context = {
        "app": app,
        "section": "notifications",
        "form": form,
        "form_failed": status != 200,
        "read": read_up_to(app),
        "has_mail_server": has_mail_server(),
        "notices": [(one, notice_status(one)) for one in notices],
        **more,
    }
    return respond(request, PAGE, context, fragment="tested", status=status)


def _stored(app: Application) -> dict[str, object]:
    return {
        "email": ", ".join(app.notification_emails),
        "on_failure": app.notify_on_failure,
    }
