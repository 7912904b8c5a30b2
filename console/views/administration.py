"""Who may do what here, and what they did (S25)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from console import accounts
from console.access import requires, role_of
from console.forms.administration import AuditFilter, ChangeRole, NewAccount
from console.http import ConsoleRequest, posted, respond
from console.models import Role
from provisioning.models import AuditEvent

PAGE_SIZE = 50


@requires(Role.ADMINISTRATOR)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def administrators(request: ConsoleRequest) -> HttpResponse:
    """Everybody who may sign in; a form to add somebody."""
    form = NewAccount(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        user = accounts.add_account(
            request.user,
            username=given["username"],
            email=given["email"],
            password=given["password"],
            role=Role(given["role"]),
        )
        messages.success(request, _("%(name)s may sign in now.") % {"name": user.username})
        return redirect("administrators")
    failed = bool(form.is_bound and form.errors)
    people = User.objects.select_related("account").order_by("username")
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "section": "administrators",
        "form": form,
        "form_failed": failed,
        "page": page,
        "people": [(user, role_of(user)) for user in page],
    }
    return respond(request, "administration/administrators.html", context, status=_status(failed))


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def administrator(request: ConsoleRequest, pk: int) -> HttpResponse:
    """One account: its role, and whether it may sign in."""
    user = get_object_or_404(User.objects.select_related("account"), pk=pk)
    present = {"role": role_of(user) or Role.READER, "active": user.is_active}
    form = ChangeRole(posted(request), initial=present)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request.user, user, form)
        except accounts.LastAdministrator as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, _("%(name)s was changed.") % {"name": user.username})
            return redirect("administrators")
    failed = bool(form.is_bound and form.errors)
    context = {
        "section": "administrators",
        "person": user,
        "form": form,
        "form_failed": failed,
    }
    return respond(request, "administration/administrator.html", context, status=_status(failed))


def _change(actor: User, user: User, form: ChangeRole) -> None:
    role, active = Role(form.cleaned_data["role"]), form.cleaned_data["active"]
    if role != role_of(user):
        accounts.change_role(actor, user, role)
    if active != user.is_active:
        accounts.set_active(actor, user, active=active)


@requires(Role.READER)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Every change, newest first."""
    form = AuditFilter(request.GET)
    events = AuditEvent.objects.select_related("actor", "application").order_by("-at", "-pk")
    if form.is_valid():
        events = _selected(events, form)
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    section = "administrators" if role_of(request.user) == Role.ADMINISTRATOR else "audit"
    context = {"section": section, "form": form, "page": page}
    return respond(request, "administration/audit.html", context)


def _selected(events: QuerySet[AuditEvent], form: AuditFilter) -> QuerySet[AuditEvent]:
    asked = form.cleaned_data
    if asked["who"]:
        events = events.filter(actor__username__icontains=asked["who"])
    if asked["what"]:
        events = events.filter(activity=asked["what"])
    if asked["app"]:
        events = events.filter(application_slug=asked["app"])
    if asked["since"]:
        events = events.filter(at__date__gte=asked["since"])
    return events


def _status(failed: bool) -> int:
    return 422 if failed else 200
