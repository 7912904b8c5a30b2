"""Start, stop, run now, restart: what the buttons of the overview do (S05)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires
from console.http import ConsoleRequest, done, respond
from console.models import Role
from console.pages.application_status import application_or_404
from provisioning.engine import controls, requesting
from provisioning.models import Application


class Restart(forms.Form):
    """What a restart forgets; forgetting links is confirmed by the application's name."""

    clear = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
        initial="decide",
        choices=[
            ("decide", gettext_lazy("Re-evaluate everyone: links between accounts stay")),
            (
                "links",
                gettext_lazy("Also forget links between accounts: everyone is matched again"),
            ),
        ],
    )
    typed = forms.CharField(
        label=gettext_lazy("To forget links, type the application's name"), required=False
    )

    def __init__(self, data: QueryDict | None, application: Application) -> None:
        super().__init__(data)
        self.application = application

    def clean(self) -> dict[str, object]:
        """Forgetting links needs the name, letter by letter."""
        cleaned = super().clean() or {}
        if self.forgets_links and cleaned.get("typed", "").strip() != self.application.name:
            self.add_error(
                "typed",
                _("This is not the application's name. Type %(app)s.")
                % {"app": self.application.name},
            )
        return cleaned

    @property
    def forgets_links(self) -> bool:
        """Whether everybody is to be matched again."""
        return self.cleaned_data.get("clear") == "links"


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Run on schedule from now on; the very first time a plan has to be approved instead."""
    app = application_or_404(slug)
    if not app.job.approved_once:
        messages.info(request, _("The first start needs an approved change preview."))
        return redirect("plans", slug)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        ok = done(request, lambda: controls.start_job(request.user, app.job))
        return _said(request, slug, ok, _("Provisioning is on. The next cycle begins at once."))
    context = {
        "app": app,
        "section": "overview",
        "question": _("Start provisioning"),
        "consequences": [
            _("Cycles run on their own from now on and change accounts in %(app)s.")
            % {"app": app.name}
        ],
        "word": _("Start provisioning"),
        "back": reverse("overview", args=[slug]),
    }
    return respond(request, "confirm.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def stop(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Begin no further cycle; the request in flight is the last."""
    app = application_or_404(slug)
    ok = done(request, lambda: controls.stop_job(request.user, app.job))
    return _said(
        request, slug, ok, _("Provisioning is off. The request in flight is the last one.")
    )


@requires(Role.ADMINISTRATOR)
@require_POST
def run_now(request: ConsoleRequest, slug: str) -> HttpResponse:
    """An incremental cycle at once."""
    app = application_or_404(slug)
    ok = done(request, lambda: requesting.run_now(request.user, app.job))
    return _said(request, slug, ok, _("A cycle was started."))


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: ConsoleRequest, slug: str) -> HttpResponse:
    """An initial cycle, with or without the links that are known."""
    app = application_or_404(slug)
    confirmed = request.method == "POST" and request.POST.get("confirmed") == "yes"
    form = Restart(request.POST if confirmed else None, app)
    if confirmed and form.is_valid():
        links = form.forgets_links
        ok = done(request, lambda: controls.restart_job(request.user, app.job, forget_links=links))
        return _said(request, slug, ok, _("The next cycle is an initial one: everyone again."))
    failed = confirmed
    people = app.job.links.count()
    context = {
        "app": app,
        "section": "overview",
        "form": form,
        "form_failed": failed,
        "question": _("Restart provisioning"),
        "consequences": [
            _("The next cycle looks at everyone again, and failures are tried again."),
            ngettext(
                "%(number)d account is linked now.", "%(number)d accounts are linked now.", people
            )
            % {"number": people},
        ],
        "word": _("Restart provisioning"),
        "back": reverse("overview", args=[slug]),
    }
    return respond(request, "confirm.html", context, status=422 if failed else 200)


def _said(request: ConsoleRequest, slug: str, ok: bool, text: str) -> HttpResponse:
    if ok:
        messages.success(request, text)
    return redirect("overview", slug)
