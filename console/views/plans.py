"""S15, change preview: the plans, one plan with its rows, approval."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from console import plans
from console.access import requires, requires_to_change
from console.application_status import application_or_404
from console.forms.plans import HeldForm
from console.http import STOP_POLLING, ConsoleRequest, asked_for, respond
from console.models import Role
from console.naming import named
from console.plan_file import lines_of
from console.workers import nobody_works
from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import Operation
from provisioning.engine.controls import approve_plan, start_job
from provisioning.engine.documents import operation_document
from provisioning.engine.requesting import request_preview
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Plan, PlanRow
from provisioning.models.job import ProvisioningStatus

PAGE = 50


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The plans; POST makes a preview."""
    application = application_or_404(slug)
    if request.method == "POST":
        return _made(request, application)
    page = Paginator(plans.plans_of(application.job), PAGE).get_page(request.GET.get("page"))
    newest = plans.newest_cycle(application.job)
    shown = [
        (plan, plans.standing_of(application.job, plan, newest), plans.counters(plan))
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
    standing = plans.standing_of(application.job, found, plans.newest_cycle(application.job))
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
        context["offer"] = standing.can_be_approved and not (
            context["nothing"] and application.job.approved_once
        )
    ended = not standing.computing and asked_for(request, "plan")
    status = STOP_POLLING if ended else 200
    return respond(request, "plans/plan.html", context, fragment="plan", status=status)


@requires(Role.READER)
@require_safe
def export(request: ConsoleRequest, slug: str, plan: UUID) -> StreamingHttpResponse:
    """The rows of the filter as CSV, one line per changed attribute."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    lines = lines_of(_filtered(request, found))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{application.slug}-plan-{found.digest[:8]}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """The confirmation of a plan, and its approval."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    newest = plans.newest_cycle(application.job)
    if not plans.standing_of(application.job, found, newest).can_be_approved:
        messages.warning(request, _("This plan cannot be approved any more."))
        return redirect("plan", slug, plan)
    form = _held_form(request, application, found)
    confirmed = request.method == "POST" and request.POST.get("confirmed") == "yes"
    if confirmed and (form is None or form.is_valid()):
        return _approved(request, application, found, release=form is not None and form.release)
    context = _question(application, found) | {
        "form": form,
        "form_failed": bool(form and form.errors),
    }
    return respond(request, "confirm.html", context, status=422 if form and form.errors else 200)


def _made(request: ConsoleRequest, application: Application) -> HttpResponse:
    try:
        cycle = plans.under_way(application.job) or request_preview(application.job)
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect("plans", application.slug)
    return redirect("plan", application.slug, cycle.plan_id)


def _rows(request: ConsoleRequest, application: Application, plan: Plan) -> dict[str, object]:
    page = Paginator(_filtered(request, plan), PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    opened = next((row for row in rows if str(row.pk) == request.GET.get("row")), None)
    return {
        "page": page,
        "rows": [(row, plans.summary(row)) for row in rows],
        "opened": opened,
        "why": plans.why(opened) if opened else "",
        "changes": _changes(application, opened) if opened else [],
        "counters": plans.counters(plan),
        "shown": request.GET.get("show", ""),
        "text": request.GET.get("q", ""),
        "guard": plans.guard_sentence(plan),
        "held": int(plan.counts.get(Operation.HELD, 0)),
        "refused": int(plan.counts.get(Operation.FAILED, 0)),
        "nothing": not any(counter.filters for counter in plans.counters(plan)),
    }


def _filtered(request: ConsoleRequest, plan: Plan) -> QuerySet[PlanRow]:
    show = request.GET.get("show", "")
    operation = show if show in [*Operation] else ""
    return plans.rows_of(plan, operation=operation, text=request.GET.get("q", "").strip())


def _changes(application: Application, row: PlanRow) -> list[dict[str, object]]:
    return named(application.job, operation_document(row)["changes"])


def _held_form(request: ConsoleRequest, application: Application, plan: Plan) -> HeldForm | None:
    held = int(plan.counts.get(Operation.HELD, 0))
    if not held:
        return None
    data = request.POST if request.method == "POST" else None
    return HeldForm(data, name=application.name, number=held)


def _question(application: Application, plan: Plan) -> dict[str, object]:
    """What the confirmation says: counts in words, the first ten people, where Cancel leads."""
    figures = ", ".join(
        f"{counter.sign.word}: {counter.number}"
        for counter in plans.counters(plan)
        if counter.filters
    )
    consequences = [figures] if figures else [_("Nothing would change.")]
    if application.job.status == ProvisioningStatus.OFF:
        consequences.append(_("Provisioning is switched on; further cycles run by themselves."))
    return {
        "app": application,
        "section": "plans",
        "plan": plan,
        "question": _("Approve this plan and write it to %(application)s?")
        % {"application": application.name},
        "consequences": consequences,
        "names": plans.first_names(plans.rows_of(plan)),
        "word": _word(application),
        "back": reverse("plan", args=[application.slug, plan.pk]),
    }


def _word(application: Application) -> str:
    off = application.job.status == ProvisioningStatus.OFF
    return _("Approve and start") if off else _("Approve")


def _approved(
    request: ConsoleRequest, application: Application, plan: Plan, *, release: bool
) -> HttpResponse:
    try:
        with transaction.atomic():
            approve_plan(request.user, plan, release_held=release)
            if application.job.status == ProvisioningStatus.OFF:
                start_job(request.user, application.job)
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect("plan", application.slug, plan.pk)
    number = PlanRow.objects.filter(plan=plan).count()
    text = ngettext(
        "Approved. %(number)d change is written now.",
        "Approved. %(number)d changes are written now.",
        number,
    )
    messages.success(request, text % {"number": number})
    return redirect("overview", application.slug)
