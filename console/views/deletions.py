"""S19, review of what the guard holds: nothing happened yet to the people it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from console.access import RoleNeeded, requires_to_change, role_of
from console.forms.plans import NameForm
from console.http import ConsoleRequest, respond
from console.models import Role
from console.pages import deletions, plan_rows, plans
from console.pages.application_status import application_or_404
from provisioning.core.errors import ProvisioningError
from provisioning.engine.controls import approve_plan, release_people
from provisioning.engine.holding import held_back, held_rows, keep_held
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application, Plan, PlanRow

PAGE = 50
RELEASE, KEEP = "disable", "keep"


@requires_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: ConsoleRequest, slug: str, plan: UUID) -> HttpResponse:
    """The people by name with reasons; `?decide=` asks, and its POST decides."""
    application = application_or_404(slug)
    found = plans.plan_or_404(application.job, plan)
    held = deletions.review_of(found)
    decision = request.GET.get("decide", "")
    chosen_rows = _chosen(request, held)
    if request.GET.get("some") and not chosen_rows:
        messages.warning(request, _("Nobody was selected."))
        return redirect("deletions", slug, plan)
    if decision in (RELEASE, KEEP) or request.method == "POST":
        case = _Case(application, found, held.only(chosen_rows), decision, chosen_rows)
        return _decide(request, case if chosen_rows else replace(case, held=held))
    chosen = request.GET.get("reason", "")
    page = Paginator(held.rows(chosen), PAGE).get_page(request.GET.get("page"))
    newer = deletions.newer_review(application.job, found) if held.number else None
    context = {
        "app": application,
        "section": "deletions",
        "plan": found,
        "held": held,
        "guard": plans.guard_sentence(found),
        "before": deletions.happened_before(application, found) if held.number else None,
        "chosen": chosen,
        "page": page,
        "people": deletions.people_of(list(page)),
        "newer": newer,
        "out_of_date": found.definition_id != application.job.definition_id,
        "release": _release(held),
        "keep": _keep(held.number),
    }
    return respond(request, "deletions/review.html", context)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be decided, and how."""

    application: Application
    plan: Plan
    held: deletions.Review
    decision: str
    rows: Sequence[int]
    """The rows that were selected; none when it is about all."""

    @property
    def waiting(self) -> QuerySet[PlanRow]:
        """The rows it is about."""
        rows = held_rows(self.plan)
        return rows.filter(pk__in=self.rows) if self.rows else rows

    @property
    def people(self) -> set[UUID] | None:
        """Whom it is about, by name; `None` for all, if no person held anybody back."""
        by_name = self.rows or held_back(self.plan).exists()
        return set(self.waiting.values_list("object_id", flat=True)) if by_name else None


def _chosen(request: ConsoleRequest, held: deletions.Review) -> list[int]:
    """The rows that are selected, those that wait."""
    asked = {int(one) for one in request.GET.getlist("row") if one.isdecimal() and len(one) < 19}
    return [pk for pk in held.rows() if pk in asked]


def _decide(request: ConsoleRequest, case: _Case) -> HttpResponse:
    """Ask, or do what was confirmed."""
    application, plan = case.application, case.plan
    if role_of(request.user) != Role.ADMINISTRATOR:
        raise RoleNeeded(Role.ADMINISTRATOR)
    if not case.held.number or case.decision not in (RELEASE, KEEP):
        messages.warning(request, _("Nobody of this plan waits for a decision any more."))
        return redirect("deletions", application.slug, plan.pk)
    data = request.POST if request.method == "POST" else None
    form = NameForm(data, name=application.name) if case.decision == RELEASE else None
    confirmed = data is not None and data.get("confirmed") == "yes"
    if confirmed and (form is None or form.is_valid()):
        return _done(request, case)
    context = _question(case) | {"form": form, "form_failed": bool(form and form.errors)}
    return respond(request, "confirm.html", context, status=422 if form and form.errors else 200)


def _question(case: _Case) -> dict[str, object]:
    application, number = case.application, case.held.number
    context: dict[str, object] = {
        "app": application,
        "section": "deletions",
        "names": plan_rows.first_names(case.waiting),
        "back": reverse("deletions", args=[application.slug, case.plan.pk]),
    }
    if case.decision == KEEP:
        keeps = ngettext(
            "%(number)d person keeps the account in %(application)s",
            "%(number)d people keep their accounts in %(application)s",
            number,
        )
        after = _(
            "Their accounts stay as they are, until the directory says something new about them "
            "or the reason changes. Then they are decided anew."
        )
        question, word, consequence, danger = keeps, _keep(number), after, False
    else:
        now = _("It is done now, one request each.")
        question, word, consequence, danger = _asked(case.held), _release(case.held), now, True
    return context | {
        "question": question % {"number": number, "application": application.name},
        "consequences": [consequence],
        "word": word,
        "danger": danger,
    }


def _asked(held: deletions.Review) -> str:
    """The question before what is held is done after all."""
    if held.removes:
        return ngettext(
            "%(number)d person will lose access to %(application)s",
            "%(number)d people will lose access to %(application)s",
            held.number,
        )
    return ngettext(
        "%(number)d change will be written to %(application)s",
        "%(number)d changes will be written to %(application)s",
        held.number,
    )


def _release(held: deletions.Review) -> str:
    if not held.removes:
        text = ngettext("Write %(number)d change", "Write %(number)d changes", held.number)
    elif held.deletes:
        text = ngettext("Delete %(number)d account", "Delete %(number)d accounts", held.number)
    else:
        text = ngettext("Disable %(number)d person", "Disable %(number)d people", held.number)
    return text % {"number": held.number}


def _keep(number: int) -> str:
    text = ngettext("Keep %(number)d person", "Keep %(number)d people", number)
    return text % {"number": number}


def _done(request: ConsoleRequest, case: _Case) -> HttpResponse:
    application, plan = case.application, case.plan
    try:
        if case.decision == RELEASE:
            if case.people is None:
                approve_plan(request.user, plan, release_held=True)
            else:
                release_people(request.user, plan, case.people)
            messages.success(request, _("Decided. It is done now."))
        else:
            number = keep_held(request.user, plan, case.people)
            text = ngettext("%(number)d person is kept.", "%(number)d people are kept.", number)
            messages.success(request, text % {"number": number})
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return redirect("deletions", application.slug, plan.pk)
    return redirect("overview", application.slug)
