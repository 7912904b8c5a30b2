"""S15, change preview: the plans, one plan with its rows, approval."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from console.access import requires, requires_to_change
from console.http import STOP_POLLING, ConsoleRequest, asked_for, respond
from console.models import Role
from console.pages import plan_rows, plans
from console.pages.application_status import application_or_404
from console.pages.naming import named
from console.pages.plan_file import json_lines_of, lines_of
from console.pages.workers import nobody_works
from console.views.plan_choices import few_word, standing_in
from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine import holding
from provisioning.engine.documents import operation_document
from provisioning.engine.execution.foretelling import Foretold, request_of
from provisioning.engine.plan_choices import FEW, GIVE_ACCESS, begun_with
from provisioning.engine.requesting import request_preview
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Plan, PlanRow

PAGE = 50
FILES = {
    "csv": ("text/csv", lines_of),
    "jsonl": ("application/x-ndjson", json_lines_of),
}


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The plans; POST makes a preview."""
    application = application_or_404(slug)
    if request.method == "POST":
        return _made(request, application)
    page = Paginator(plans.plans_of(application.job), PAGE).get_page(request.GET.get("page"))
    newest = plans.newest_cycle(application)
    shown = [
        (plan, plans.standing_of(application.job, plan, newest), plan_rows.counters(plan))
        for plan in page
    ]
    context = {"app": application, "section": "plans", "page": page, "plans": shown}
    return respond(request, "plans/index.html", context)


@requires(Role.READER)
@require_safe
def plan(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """One plan: being made, or its rows."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    standing = standing_in(application, found)
    context = {
        "app": application,
        "section": "plans",
        "plan": found,
        "standing": standing,
        "out_of_date": standing.tag is plans.OUT_OF_DATE,
        "for_what": plans.for_what(application, found),
    }
    if standing.computing:
        context |= {
            "progress": plans.progress_of(standing.maker),
            "nobody_works": nobody_works(standing.maker),
        }
    elif found.sealed_at is not None:
        context |= _rows(request, application, found)
        context |= _choices(application, found, standing, nothing=bool(context["nothing"]))
    ended = not standing.computing and asked_for(request, "plan") and not context.get("begun_open")
    status = STOP_POLLING if ended else 200
    return respond(request, "plans/plan.html", context, fragment="plan", status=status)


@requires(Role.READER)
@require_safe
def export(request: ConsoleRequest, slug: str, plan: UUID, extension: str) -> StreamingHttpResponse:
    """The rows of the filter as a file."""
    if extension not in FILES:
        raise Http404
    content_type, lines_of = FILES[extension]
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    lines = lines_of(_filtered(request, found))
    response = StreamingHttpResponse(lines, content_type=f"{content_type}; charset=utf-8")
    name = f"{application.slug}-plan-{found.digest[:8]}.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _made(request: ConsoleRequest, application: Application) -> HttpResponse:
    try:
        cycle = plans.under_way(application.job) or request_preview(application.job)
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect("plans", application.slug)
    return redirect("plan", application.slug, cycle.plan_id)


def _choices(
    application: Application, plan: Plan, standing: plans.Standing, *, nothing: bool
) -> dict[str, object]:
    """What can be done with a plan that is ready, and what was begun with it."""
    offer = standing.can_be_approved and not (nothing and application.job.approved_once)
    if not offer:
        return {"offer": False, "discard": standing.tag is plans.OUT_OF_DATE}
    begun = begun_with(plan)
    few = sum(int(plan.counts.get(one, 0)) for one in GIVE_ACCESS) >= FEW
    return {
        "offer": True,
        "discard": True,
        "stale": plans.is_stale(plan, timezone.now()),
        "few": few_word(FEW) if few and not begun else "",
        "begun": begun,
        "begun_open": any(run.ended is None for run in begun),
    }


def _rows(request: ConsoleRequest, application: Application, plan: Plan) -> dict[str, object]:
    page = Paginator(_filtered(request, plan), PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    opened = next((row for row in rows if str(row.pk) == request.GET.get("row")), None)
    counters = plan_rows.counters(plan)
    refused = int(plan.counts.get(Operation.FAILED, 0))
    return {
        "page": page,
        "rows": [(row, plan_rows.summary(row)) for row in rows],
        "opened": opened,
        "why": plan_rows.why(opened) if opened else "",
        "changes": _changes(application, opened) if opened else [],
        "request_of_row": _request_of(application, plan, opened) if opened else None,
        "counters": counters,
        "shown": request.GET.get("show", ""),
        "text": request.GET.get("q", ""),
        "attribute": request.GET.get("attribute", ""),
        "attributes": plan_rows.attributes_of(plan),
        "guard": plans.guard_sentence(plan),
        **_held(plan),
        "stale_rows": 0 if opened else plan_rows.stale_rows(plan),
        "refused": refused,
        "refusals": plan_rows.refusals(plan) if refused else [],
        "nothing": not any(counter.filters for counter in counters),
    }


def _held(plan: Plan) -> dict[str, int]:
    """How many rows wait, and how many of them because a person held them back."""
    held = int(plan.counts.get(Operation.HELD, 0))
    return {"held": held, "held_back": holding.held_back(plan).count() if held else 0}


def _request_of(application: Application, plan: Plan, row: PlanRow) -> Foretold | None:
    plan.job, row.plan = application.job, plan
    plan.job.application, plan.definition.job = application, application.job
    return request_of(row, plan.definition.as_definition().dialect)


def _filtered(request: ConsoleRequest, plan: Plan) -> QuerySet[PlanRow]:
    show = request.GET.get("show", "")
    operation = show if show in [*Operation, RowState.STALE] else ""
    return plan_rows.rows_of(
        plan,
        operation=operation,
        text=request.GET.get("q", "").strip(),
        attribute=request.GET.get("attribute", ""),
    )


def _changes(application: Application, row: PlanRow) -> list[dict[str, object]]:
    return named(application.job, operation_document(row)["changes"])
