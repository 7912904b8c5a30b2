"""Verify: the reports of an application, one of them, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.access import requires, requires_to_change
from console.http import STOP_POLLING, ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages import verifications
from console.pages.application_status import application_or_404
from console.pages.workers import nobody_begins
from provisioning.core.errors import ProvisioningError
from provisioning.engine.spoken import advice_of, message_of, spoken
from provisioning.engine.verifying.report import exceptions_of
from provisioning.engine.verifying.runs import request_verification, stop_verification
from provisioning.models import Verification
from provisioning.models.verification import VerificationState

PAGE = 50


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The reports, newest first; POST begins another."""
    application = application_or_404(slug)
    if request.method == "POST":
        try:
            run = request_verification(request.user, application.job)
        except ProvisioningError as error:
            messages.error(request, f"{message_of(error)} {advice_of(error)}")
            return redirect("verify", slug)
        return redirect("verification", slug, run.pk)
    reports = list(verifications.reports_of(application.job))
    context = {
        "app": application,
        "section": "verify",
        "reports": [(run, verifications.outcome_of(run)) for run in reports],
    }
    return respond(request, "verify/index.html", context)


@requires(Role.READER)
@require_safe
def report(request: ConsoleRequest, slug: str, run: UUID) -> HttpResponse:
    """One report: how far it is while it runs, then what agrees and what does not."""
    application = application_or_404(slug)
    found = verifications.report_or_404(application.job, run)
    running = found.state == VerificationState.RUNNING
    context = {
        "app": application,
        "section": "verify",
        "run": found,
        "running": running,
        "outcome": verifications.outcome_of(found),
        "error": spoken(found.error) if found.error else "",
        "advice": _(found.error["advice"]) if found.error.get("advice") else "",
    }
    if running:
        context["nobody_works"] = nobody_begins(found.started)
    else:
        show = request.GET.get("show", "")
        rows = verifications.exceptions(found, show)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "rows": [verifications.shown_exception(application, row) for row in page],
            "choices": verifications.choices_of(found),
            "shown": show,
            "hidden": verifications.hidden_of(found),
        }
    ended = not running and asked_for(request, "verification")
    status = STOP_POLLING if ended else 200
    return respond(request, "verify/report.html", context, fragment="verification", status=status)


@requires(Role.ADMINISTRATOR)
@require_POST
def stop(request: ConsoleRequest, slug: str, run: UUID) -> HttpResponse:
    """Read nothing more; what was found stays."""
    application = application_or_404(slug)
    stop_verification(verifications.report_or_404(application.job, run))
    return redirect("verification", slug, run)


@requires(Role.READER)
@require_safe
def export(request: ConsoleRequest, slug: str, run: UUID, extension: str) -> StreamingHttpResponse:
    """All exceptions as a file."""
    files = {
        "csv": ("text/csv", verifications.csv_lines),
        "jsonl": ("application/x-ndjson", _json_lines),
    }
    if extension not in files:
        raise Http404
    application = application_or_404(slug)
    found = verifications.report_or_404(application.job, run)
    content_type, lines_of = files[extension]
    response = StreamingHttpResponse(lines_of(found), content_type=f"{content_type}; charset=utf-8")
    name = f"{application.slug}-verify-{found.started:%Y%m%d-%H%M}.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json_lines(run: Verification) -> Iterator[str]:
    for one in exceptions_of(run):
        yield json.dumps(one, ensure_ascii=False, cls=DjangoJSONEncoder) + "\n"
