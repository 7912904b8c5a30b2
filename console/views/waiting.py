"""Waiting for retry: everybody who failed, each with cause, tries and next try, and what a person
may do about it: retry now, ignore, take that back.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.access import requires
from console.http import ConsoleRequest, done, respond
from console.models import Role
from console.pages.application_status import application_or_404
from console.pages.waiting import cause_groups, waiting_rows
from provisioning.engine import escrows
from provisioning.engine.requesting import retry_one
from provisioning.models import DirectoryObject, Job

PAGE = 50


@requires(Role.READER)
@require_safe
def index(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The list, by name; `?cause=` narrows it."""
    app = application_or_404(slug)
    chosen = request.GET.get("cause", "")[:60]
    groups = cause_groups(app.job)
    rows = escrows.waiting_for(app.job)
    page = Paginator(rows.filter(code=chosen) if chosen else rows, PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "app": app,
        "section": "logs",
        "groups": groups,
        "all": sum(group.number for group in groups),
        "chosen": next((group for group in groups if group.code == chosen), None),
        "page": page,
        "rows": waiting_rows(page),
    }
    return respond(request, "waiting/page.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def decide(request: ConsoleRequest, slug: str, pk: UUID, what: str) -> HttpResponse:
    """Retry one, ignore it, or take that back; then back to the page that asked."""
    app = application_or_404(slug)
    row = get_object_or_404(DirectoryObject, pk=pk)
    if what == "retry":
        _retry(request, app.job, row)
    elif what == "ignore":
        if done(request, lambda: escrows.ignore(request.user, app.job, row)):
            text = _("%(name)s is left alone until something about them, or a setting, changes.")
            messages.success(request, text % {"name": row})
    elif what == "heed":
        if done(request, lambda: escrows.heed(request.user, app.job, row)):
            messages.success(request, _("%(name)s is tried again.") % {"name": row})
    else:
        raise Http404
    if request.POST.get("back") == "user" and row.kind == "user":
        return redirect(f"{reverse('user', args=[pk])}?app={slug}")
    return redirect("waiting", slug)


def _retry(request: ConsoleRequest, job: Job, row: DirectoryObject) -> None:
    begun: list[object] = []
    if not done(request, lambda: begun.append(retry_one(request.user, job, row))):
        return
    running = _("A cycle is running. %(name)s comes in the next one.")
    now = _("%(name)s is tried again now.")
    messages.info(request, (running if begun == [None] else now) % {"name": row})
