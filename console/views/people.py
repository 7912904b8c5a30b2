"""Everything about one person; above all why they are, or are not, in an application (S24)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.access import requires
from console.application_status import with_status
from console.directory_rows import applications_of
from console.http import respond
from console.models import Role
from console.status import STATES, Tag
from console.timeline import timeline
from provisioning.core.resource import State
from provisioning.core.vocabulary import Reason
from provisioning.engine.explaining import explain
from provisioning.engine.person_checks import Answer, checks
from provisioning.models import Application, DirectoryObject, Link

MARKS = {
    Answer.PASSED: Tag(_("yes"), "ok", "circle-check"),
    Answer.FAILED: Tag(_("no"), "bad", "circle-x"),
    Answer.UNKNOWN: Tag(_("not decided"), "idle", "circle-dashed"),
}


@requires(Role.READER)
@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The verdict for one application, the timeline, the attributes, the accounts."""
    people = DirectoryObject.objects.people().select_related("origin")
    one = get_object_or_404(people, pk=pk)
    applications = list(with_status().order_by("name"))
    chosen = _chosen(applications, request.GET.get("app", ""))
    known = applications_of([one.pk]).get(one.pk, [])
    context = {
        "section": "users",
        "person": one,
        "state": STATES[State(one.state)],
        "applications": applications,
        "chosen": chosen,
        "known": known,
        "links": Link.objects.filter(object=one).select_related("job__application"),
        "timeline": timeline(one),
        "attributes": sorted(one.attributes.items()),
        **(_verdict(chosen, one) if chosen else {}),
    }
    return respond(request, "people/person.html", context)


def _chosen(applications: list[Application], slug: str) -> Application | None:
    """The one that was asked for, else the first."""
    asked = next((one for one in applications if one.slug == slug), None)
    return asked or (applications[0] if applications else None)


def _verdict(app: Application, one: DirectoryObject) -> dict[str, object]:
    """The sentence, the six checks, and what would change the answer."""
    why = explain(app.job, one)
    return {
        "why": why,
        "checks": [(MARKS[check.answer], check) for check in checks(app.job, one)],
        "fix": _fix(app, why),
    }


def _fix(app: Application, why: dict[str, object]) -> tuple[str | Promise, str] | None:
    """The link that mends the first reason."""
    because = why["because"]
    reasons = [one["reason"] for one in because] if isinstance(because, list) else []
    first = reasons[0] if reasons else ""
    places: dict[str, tuple[str | Promise, str]] = {
        Reason.NOT_ASSIGNED: (_("Assign"), "assignment-add"),
        Reason.DEFAULT_ACCESS_ONLY: (_("Give another role"), "assignments"),
        Reason.FILTER_FAILED: (_("Look at the scope"), "scope"),
        Reason.WAITING_FOR_APPROVAL: (_("Change preview"), "plans"),
        Reason.QUARANTINED: (_("See how to get out"), "quarantine"),
    }
    found = places.get(first)
    return (found[0], reverse(found[1], args=[app.slug])) if found else None
