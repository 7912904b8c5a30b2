"""What is done with a plan: approve it, start with a few of its people, discard it (S15)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires
from console.forms.plans import HeldForm
from console.http import ConsoleRequest, done, respond
from console.models import Role
from console.pages import plan_rows, plans
from console.pages.application_status import application_or_404
from provisioning.core.errors import ProvisioningError
from provisioning.core.vocabulary import Operation
from provisioning.engine.controls import approve_plan, start_job
from provisioning.engine.holding import held_back
from provisioning.engine.holding_back import hold_back
from provisioning.engine.plan_choices import begin_with_few, discard_plan, first_few
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Plan, PlanRow
from provisioning.models.job import ProvisioningStatus


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """Start with a few people of the plan; then it is asked for again."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    people = first_few(found)
    if not (people and standing_in(application, found).can_be_approved):
        messages.warning(request, _("This plan cannot be approved any more."))
        return redirect("plan", slug, plan)
    if request.POST.get("confirmed") == "yes":
        if done(request, lambda: begin_with_few(request.user, found)):
            text = _("They are provisioned now. See what becomes of them, then approve the rest.")
            messages.success(request, text)
        return redirect("plan", slug, plan)
    told = ngettext(
        "%(number)d person is provisioned in %(application)s now, on demand.",
        "%(number)d people are provisioned in %(application)s now, each on demand.",
        len(people),
    )
    context = {
        "app": application,
        "section": "plans",
        "question": few_word(len(people)),
        "consequences": [
            told % {"number": len(people), "application": application.name},
            _("The plan waits meanwhile. Nobody else is touched."),
        ],
        "names": [str(person) for person in people],
        "word": few_word(len(people)),
        "back": reverse("plan", args=[slug, plan]),
    }
    return respond(request, "confirm.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def hold_some_back(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """What is planned for the selected waits when the plan is approved."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    asked = [int(one) for one in request.POST.getlist("row") if one.isdecimal() and len(one) < 19]
    rows = PlanRow.objects.filter(plan=found, pk__in=asked)
    chosen = set(rows.values_list("object_id", flat=True))
    if not chosen:
        messages.warning(request, _("Nobody was selected."))
    elif done(request, lambda: hold_back(request.user, found, chosen)):
        text = ngettext(
            "%(number)d person or group is held back.",
            "%(number)d people or groups are held back.",
            len(chosen),
        )
        messages.success(request, text % {"number": len(chosen)})
    return redirect("plan", slug, plan)


@requires(Role.ADMINISTRATOR)
@require_POST
def discard(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """Nobody will approve it."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    if done(request, lambda: discard_plan(request.user, found)):
        messages.success(request, _("The plan was discarded. Nothing was changed."))
        return redirect("plans", slug)
    return redirect("plan", slug, plan)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """The confirmation of a plan, and its approval."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    if not standing_in(application, found).can_be_approved:
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


def few_word(number: int) -> str:
    """The name of the button."""
    text = ngettext("Start with %(number)d person", "Start with %(number)d people", number)
    return text % {"number": number}


def standing_in(application: Application, plan: Plan) -> plans.Standing:
    """Where the plan stands now."""
    return plans.standing_of(application.job, plan, plans.newest_cycle(application))


def _held_form(request: ConsoleRequest, application: Application, plan: Plan) -> HeldForm | None:
    held = int(plan.counts.get(Operation.HELD, 0)) - held_back(plan).count()
    if held < 1:
        return None
    data = request.POST if request.method == "POST" else None
    return HeldForm(data, name=application.name, number=held)


def _question(application: Application, plan: Plan) -> dict[str, object]:
    """What the confirmation says: counts in words, the first ten people, where Cancel leads."""
    figures = ", ".join(
        f"{counter.sign.word}: {counter.number}"
        for counter in plan_rows.counters(plan)
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
        "names": plan_rows.first_names(plan_rows.rows_of(plan)),
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
