"""A source that another system pushes: add it, copy its address and token, see what it pushed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.access import requires, requires_to_change
from console.forms.inbound import NewInbound
from console.http import ConsoleRequest, done, posted, respond
from console.models import Role
from console.pages.inbound import inbound_page
from provisioning.core.problems import UsageProblems
from provisioning.engine.inbound.endpoints import (
    NewToken,
    add_endpoint,
    make_token,
    revoke_token,
)
from provisioning.models import InboundEndpoint


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ConsoleRequest) -> HttpResponse:
    """Name it; its address and first token follow at once."""
    form = NewInbound(posted(request))
    if form.is_valid() and (endpoint := _added(request, form)) is not None:
        made = make_token(request.user, endpoint, timezone.now())
        return _page(request, endpoint, made)
    failed = bool(form.is_bound and form.errors)
    context = {"section": "sources", "form": form, "form_failed": failed}
    return respond(request, "sources/inbound_new.html", context, status=422 if failed else 200)


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Address, tokens and pushes; a new token is shown in the answer that makes it only."""
    endpoint = get_object_or_404(InboundEndpoint.objects.select_related("origin"), slug=slug)
    if request.method != "POST":
        return _page(request, endpoint)
    if request.POST.get("op") == "token":
        return _with_new_token(request, endpoint)
    label = request.POST.get("revoke", "")
    if done(request, lambda: revoke_token(request.user, endpoint, label, timezone.now())):
        messages.success(request, _("The token was revoked. It opens nothing from now on."))
    return redirect("inbound", endpoint.slug)


def _with_new_token(request: ConsoleRequest, endpoint: InboundEndpoint) -> HttpResponse:
    made: list[NewToken] = []
    if done(request, lambda: made.append(make_token(request.user, endpoint, timezone.now()))):
        return _page(request, endpoint, made[0])
    return redirect("inbound", endpoint.slug)


def _added(request: ConsoleRequest, form: NewInbound) -> InboundEndpoint | None:
    try:
        return add_endpoint(request.user, form.cleaned_data["name"], timezone.now())
    except UsageProblems as problems:
        form.add_problems(problems)
        return None


def _page(
    request: HttpRequest, endpoint: InboundEndpoint, made: NewToken | None = None
) -> HttpResponse:
    context = {
        "section": "sources",
        **inbound_page(endpoint),
        "token": made.secret.reveal() if made else "",
    }
    return respond(request, "sources/inbound.html", context)
