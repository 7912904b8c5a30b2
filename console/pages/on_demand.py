"""Provision on demand as its page shows it: who can be chosen, the runs of before, the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from console.pages.status import FAILED, LOG_STATUSES, NOT_TRIED, RUNNING, Tag
from provisioning.core.definition import ScopeMode
from provisioning.core.resource import Kind, State
from provisioning.core.vocabulary import CycleState, Operation, Reason, RowState, Status
from provisioning.engine.on_demand import Story
from provisioning.engine.on_demand_steps import Step
from provisioning.models import (
    Application,
    Assignment,
    Cycle,
    DirectoryObject,
    Job,
    Link,
    PlanRow,
)
from provisioning.models.cycle import Purpose

FOUND = 20
RECENT = 20
PREVIEW = Tag(pgettext_lazy("result of a run", "Only shown"), "wait", "eye")
NOTHING_TO_DO = Tag(pgettext_lazy("result of a run", "Nothing to do"), "idle", "equal")
VERDICTS: Mapping[str, Tag] = {
    "success": LOG_STATUSES[Status.SUCCESS],
    "failure": FAILED,
    "skipped": LOG_STATUSES[Status.SKIPPED],
    "preview": PREVIEW,
    "running": RUNNING,
    "not_tried": NOT_TRIED,
}


def found(text: str) -> QuerySet[DirectoryObject]:
    """Everybody the directory ever had whose name, user name or id is like this."""
    return DirectoryObject.objects.named_like(text).order_by("display_name", "pk")[:FOUND]


def suggested(job: Job) -> DirectoryObject | None:
    """Whom one would try first: assigned with a role, in the directory, and without an account."""
    linked = Link.objects.filter(job=job).values("object_id")
    assigned = Assignment.objects.filter(application_id=job.application_id).exclude(role="")
    people = assigned.filter(object__kind="user", object__state=State.ACTIVE)
    first = people.exclude(object_id__in=linked).select_related("object").order_by("pk").first()
    return first.object if first else None


def recent_runs(job: Job) -> QuerySet[Cycle]:
    """The last runs with what each did, in one query."""
    rows = PlanRow.objects.filter(plan=OuterRef("plan"), object=OuterRef("only")).order_by("pk")
    return (
        Cycle.objects.filter(job=job, only__isnull=False)
        .select_related("only")
        .annotate(
            operation=Subquery(rows.values("operation")[:1]),
            row_state=Subquery(rows.values("state")[:1]),
        )
        .order_by("-number")[:RECENT]
    )


def outcome_of(run: Cycle) -> Tag:
    """How a run of `recent_runs` ended."""
    if run.ended is None:
        return RUNNING
    operation = getattr(run, "operation", None)
    if run.state in (CycleState.FAILED, CycleState.STOPPED, CycleState.QUARANTINED):
        return FAILED
    if getattr(run, "row_state", None) in (RowState.FAILED, RowState.UNKNOWN, RowState.STALE):
        return FAILED
    if operation is None:
        return NOTHING_TO_DO
    return PREVIEW if run.purpose == Purpose.PREVIEW else VERDICTS["success"]


def under_way(job: Job, row: DirectoryObject) -> Cycle | None:
    """A run of the same person that has not ended: asking twice shows the first."""
    return Cycle.objects.filter(job=job, only=row, ended__isnull=True).order_by("-number").first()


@dataclass(slots=True)
class ShownStep:
    """A step as the page draws it, with the links that change what it decided."""

    title: str
    status: Tag
    detail: str
    links: list[tuple[str, str]] = field(default_factory=list)
    kind: str = ""
    """What "View details" shows: import, scope, match, action."""


def shown_steps(application: Application, cycle: Cycle, story: Story) -> list[ShownStep]:
    """Connection first, then the run's steps up to the one that decides against."""
    shown = [_connection(application, cycle)]
    for step, kind in zip(story.steps, ("import", "scope", "match", "action"), strict=True):
        shown.append(_shown(application, cycle, step, kind))
        if step.verdict == Status.FAILURE or (step.decides_against and story.result == "skipped"):
            break
    return shown


def conditions(cycle: Cycle, story: Story) -> list[tuple[str, Tag]]:
    """What scope asks for under this definition, and whether this person meets it."""
    scope = story.steps[1]
    if scope.verdict not in (Status.SUCCESS, Status.SKIPPED) or cycle.only is None:
        return []
    definition = cycle.definition.as_definition()
    by_assignment = definition.scope is ScopeMode.ASSIGNED
    filters = definition.of(Kind(cycle.only.kind)).filters
    asked = (
        (True, _("Active in source"), {Reason.NOT_ACTIVE}),
        (by_assignment, _("Assigned"), {Reason.NOT_ASSIGNED}),
        (
            by_assignment and definition.exclude_default_access,
            _("Has a role other than Default Access"),
            {Reason.DEFAULT_ACCESS_ONLY, Reason.NOT_ASSIGNED},
        ),
        (
            bool(filters),
            _("A scoping filter lets this object through"),
            {Reason.FILTER_FAILED},
        ),
    )
    return [
        (name, FAILED if codes & set(scope.reasons) else VERDICTS["success"])
        for applies, name, codes in asked
        if applies
    ]


def verdict_of(story: Story) -> Tag:
    """The tag beside the headline."""
    return NOTHING_TO_DO if story.action == Operation.UNCHANGED else VERDICTS[story.result]


def headline(application: Application, story: Story) -> str:
    """The result in a few words."""
    names = {"application": application.name}
    if story.result == "running":
        return _("Under way")
    if story.result == "failure":
        return _("Not written to %(application)s") % names
    if story.result == "skipped":
        done = story.action == Operation.UNCHANGED
        return (
            _("The account agrees with the directory")
            if done
            else _("Left out of %(application)s") % names
        )
    if story.result == "preview":
        return _("Nothing was written")
    return _done(story.action) % names


def exchanges_of(cycle: Cycle, story: Story) -> Sequence[Mapping[str, Any]]:
    """The requests of the run, as far as they were kept."""
    told = [exchange for entry in story.entries for exchange in entry.exchanges]
    return told or list(cycle.error.get("exchanges", []))


def _done(action: str) -> str:
    words = {
        Operation.CREATE: _("Created in %(application)s"),
        Operation.ADOPT: _("Taken over in %(application)s"),
        Operation.UPDATE: _("Updated in %(application)s"),
        Operation.ENABLE: _("Enabled in %(application)s"),
        Operation.DISABLE: _("Disabled in %(application)s"),
        Operation.DELETE: _("Deleted in %(application)s"),
        Operation.MEMBERSHIP: _("Members updated in %(application)s"),
    }
    return words[Operation(action)]


def _connection(application: Application, cycle: Cycle) -> ShownStep:
    """Whether the application could be reached and let us in."""
    address = application.connection.tenant_url
    if cycle.error:
        links = [(_("Check the credentials"), reverse("credentials", args=[application.slug]))]
        return ShownStep(_("Connection"), FAILED, address, links)
    if sum(cycle.requests.values()):
        return ShownStep(_("Connection"), VERDICTS["success"], address)
    if cycle.ended is None:
        return ShownStep(_("Connection"), NOT_TRIED, address)
    return ShownStep(_("Connection"), NOT_TRIED, _("No request was needed."))


def _shown(application: Application, cycle: Cycle, step: Step, kind: str) -> ShownStep:
    links = _links(application, cycle, step) if step.decides_against else []
    return ShownStep(_(step.name), VERDICTS[step.verdict], step.detail, links, kind)


def _links(application: Application, cycle: Cycle, step: Step) -> list[tuple[str, str]]:
    """Where each reason can be changed, each place once."""
    found = [link for code in step.reasons if (link := _link(application, cycle, code))]
    return list(dict.fromkeys(found))


def _link(application: Application, cycle: Cycle, code: str) -> tuple[str, str] | None:
    person, slug = cycle.only, application.slug
    if person is None:
        return None
    mapping = reverse("mapping", args=[slug, f"{person.kind}s"])
    in_directory = reverse(person.kind, args=[person.pk])
    wanted = urlencode({"q": person.user_name or person.display_name})
    places = {
        Reason.NOT_ASSIGNED: (_("Assign"), f"{reverse('assignment-add', args=[slug])}?{wanted}"),
        Reason.DEFAULT_ACCESS_ONLY: (
            _("Give a role"),
            f"{reverse('assignments', args=[slug])}?{wanted}",
        ),
        Reason.NOT_ACTIVE: (_("Look into the directory"), in_directory),
        Reason.DUPLICATE_SOURCE: (_("Look into the directory"), in_directory),
        Reason.FILTER_FAILED: (_("Change the scope"), reverse("scope", args=[slug])),
        Reason.IMPORT_SKIPPED: (_("Change the mappings"), mapping),
        Reason.ATTRIBUTE_VALIDATION_FAILED: (_("Change the mappings"), mapping),
        Reason.NO_COUNTERPART: (_("Change the mappings"), mapping),
    }
    return places.get(Reason(code)) if code in {*Reason} else None
