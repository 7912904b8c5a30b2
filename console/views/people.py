"""Everything about one person; above all why they are, or are not, in an application (S24)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.access import requires
from console.forms.people import MomentForm
from console.http import respond
from console.models import Role
from console.pages.application_status import with_status
from console.pages.decisions import decisions_of
from console.pages.directory_rows import PersonRows
from console.pages.person_file import person_document
from console.pages.status import STATES, Tag
from console.pages.timeline import KINDS, timeline
from console.pages.waiting import waiting_row
from provisioning.core.errors import ConfigurationError
from provisioning.core.resource import State
from provisioning.core.vocabulary import Reason
from provisioning.engine.clock import Clock
from provisioning.engine.explaining import explained
from provisioning.engine.knowing import Known, known_then
from provisioning.engine.past import Past
from provisioning.engine.person_checks import Answer, Check, checks
from provisioning.models import Application, DirectoryObject

MARKS = {
    Answer.PASSED: Tag(_("yes"), "ok", "circle-check"),
    Answer.FAILED: Tag(_("no"), "bad", "circle-x"),
    Answer.UNKNOWN: Tag(_("not decided"), "idle", "circle-dashed"),
}
WOULD = Tag(_("would pass"), "idle", "circle-dashed")
"""A check behind the one that decided."""


@requires(Role.READER)
@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The verdict for one application, the timeline, the attributes, the accounts."""
    people = DirectoryObject.objects.people().select_related("origin")
    one = get_object_or_404(people, pk=pk)
    applications = list(with_status().order_by("name"))
    chosen = _chosen(applications, request.GET.get("app", ""))
    rows = PersonRows.of(one)
    kind = request.GET.get("timeline", "")
    kind = kind if kind in KINDS else ""
    context = {
        "section": "users",
        "person": one,
        "state": STATES[State(one.state)],
        "applications": applications,
        "chosen": chosen,
        "waiting": decisions_of(applications),
        "accounts": rows.accounts(),
        "timeline": timeline(one, kind),
        "kinds": KINDS.items(),
        "kind": kind,
        "attributes": sorted(one.attributes.items()),
        **(_verdict(chosen, rows.known(chosen.job, one), now=True) if chosen else {}),
        "form": MomentForm(None, applications),
    }
    return respond(request, "people/person.html", context)


@requires(Role.READER)
@require_safe
def then(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same verdict for a moment of the past, with the attributes of then."""
    one = get_object_or_404(DirectoryObject.objects.people().select_related("origin"), pk=pk)
    applications = list(with_status().order_by("name"))
    form = MomentForm(request.GET, applications)
    known = _known_then(form, one)
    context = {
        "section": "users",
        "person": one,
        "form": form,
        "waiting": decisions_of(applications),
    }
    if known is not None:
        row = known.fact.row
        context |= {
            "chosen": form.chosen,
            "moment": form.moment,
            "state": STATES[State(row.state)],
            "attributes": sorted(row.attributes.items()),
            **_verdict(form.chosen, known),
        }
    return respond(request, "people/then.html", context)


@requires(Role.READER)
@require_safe
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is stored about one person, as JSON: for requests of access."""
    one = get_object_or_404(DirectoryObject.objects.people().select_related("origin"), pk=pk)
    answer = JsonResponse(
        person_document(one), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = f'attachment; filename="{one.pk}.json"'
    add_never_cache_headers(answer)
    return answer


def _known_then(form: MomentForm, one: DirectoryObject) -> Known | None:
    if not form.is_valid():
        return None
    try:
        return known_then(Past.of(form.chosen.job, form.moment, Clock().now()), one)
    except ConfigurationError as error:
        form.refuse(error)
        return None


def _chosen(applications: list[Application], slug: str) -> Application | None:
    """The one that was asked for, else the first."""
    asked = next((one for one in applications if one.slug == slug), None)
    return asked or (applications[0] if applications else None)


def _verdict(app: Application, known: Known, *, now: bool = False) -> dict[str, object]:
    """The sentence, the six checks, and what would change the answer."""
    why = explained(known)
    return {
        "why": why,
        "checks": _marked(checks(known)),
        "fix": _fix(app, why),
        "waits": waiting_row(app.job, known.fact.row, known.escrow) if now else None,
    }


def _marked(found: list[Check]) -> list[tuple[Tag, str, str]]:
    """Mark, text and detail of each: the first that fails decides, of the others it is said what
    they would do.
    """
    lines = []
    decided = False
    for check in found:
        would = decided and check.answer is Answer.PASSED
        detail = f"{WOULD.word} · {check.detail}".removesuffix(" · ") if would else check.detail
        lines.append((WOULD if would else MARKS[check.answer], check.text, detail))
        decided = decided or check.answer is Answer.FAILED
    return lines


def _fix(app: Application, why: dict[str, object]) -> tuple[str | Promise, str] | None:
    """The link that mends the first reason that one can mend."""
    because = why["because"]
    reasons = [one["reason"] for one in because] if isinstance(because, list) else []
    places: dict[str, tuple[str | Promise, str]] = {
        Reason.NOT_ASSIGNED: (_("Assign"), "assignment-add"),
        Reason.DEFAULT_ACCESS_ONLY: (_("Give another role"), "assignments"),
        Reason.FILTER_FAILED: (_("Look at the scope"), "scope"),
        Reason.WAITING_FOR_APPROVAL: (_("Change preview"), "plans"),
        Reason.QUARANTINED: (_("See how to get out"), "quarantine"),
    }
    found = next((places[one] for one in reasons if one in places), None)
    return (found[0], reverse(found[1], args=[app.slug])) if found else None
