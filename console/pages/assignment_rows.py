"""The lines of *Users and groups*: who is assigned, with which role, and what came of it (S12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from console.pages.status import EXCLUDED, FAILED, IN_SYNC, OUT_OF_SCOPE, WAITING_FOR_CYCLE, Tag
from provisioning.core.vocabulary import DEFAULT_ACCESS, Reason
from provisioning.models import (
    Application,
    Assignment,
    DirectoryObject,
    Escrow,
    Link,
    Membership,
    Standing,
)

SEARCHED = 20
"""People and groups a search offers; more letters find the others."""

RESULTS: Mapping[str, Tag] = {
    "in_sync": IN_SYNC,
    "waiting": WAITING_FOR_CYCLE,
    "failed": FAILED,
    "excluded": EXCLUDED,
    "out": OUT_OF_SCOPE,
}
"""What the list can be filtered by, as the address says it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One assignment."""

    assignment: Assignment
    role: str
    people: int | None
    there: int | None
    result: Tag


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is filtered by."""

    text: str = ""
    role: str = ""
    kind: str = ""
    result: str = ""


def assignments_of(application: Application, wanted: Wanted) -> QuerySet[Assignment]:
    """Assignments in the order of names."""
    found = Assignment.objects.filter(application=application).select_related("object")
    if wanted.text.strip():
        found = found.filter(object__in=DirectoryObject.objects.named_like(wanted.text))
    if wanted.role:
        found = found.filter(role="" if wanted.role == DEFAULT_ACCESS else wanted.role)
    if wanted.kind:
        found = found.filter(object__kind=wanted.kind)
    if wanted.result in RESULTS:
        found = found.filter(_with_result(application, wanted.result))
    return found.order_by("object__display_name", "pk")


def _with_result(application: Application, wanted: str) -> Q:
    """The same order as `_result`: excluded, failed, out of scope, in sync, else waiting."""
    job = application.job
    mine = {"job": job, "object": OuterRef("object")}
    failed = Exists(Escrow.objects.filter(**mine))
    out = Exists(Standing.objects.filter(**mine, code=Reason.NOT_EFFECTIVELY_ENTITLED))
    linked = Exists(Link.objects.filter(**mine))
    left_out = Q(role="") if excludes_default(application) else Q(pk__in=[])
    match wanted:
        case "excluded":
            return left_out
        case "failed":
            return ~left_out & Q(failed)
        case "out":
            return ~left_out & ~Q(failed) & Q(out)
        case "in_sync":
            return ~left_out & ~Q(failed) & ~Q(out) & Q(linked)
    return ~left_out & ~Q(failed) & ~Q(out) & ~Q(linked)


def not_followed(application: Application) -> int:
    """How many groups inside assigned groups are left aside, because nesting is not followed."""
    definition = application.job.definition
    if definition is not None and definition.content["nested_groups"]:
        return 0
    groups = Assignment.objects.filter(application=application).values("object")
    nested = Membership.objects.current().filter(group__in=groups, member_kind="group")
    return nested.values("member_key").distinct().count()


def excluded(application: Application) -> int:
    """How many people are assigned with Default Access and nothing else."""
    better = Assignment.objects.filter(application=application, object=OuterRef("object")).exclude(
        role=""
    )
    default = Assignment.objects.filter(application=application, role="", object__kind="user")
    return default.exclude(Exists(better)).count()


def rows(application: Application, assignments: Iterable[Assignment]) -> list[Row]:
    """A page of assignments with their results: four queries."""
    listed = list(assignments)
    ids = [one.object_id for one in listed]
    names = role_names(application)
    results = _results(application, ids)
    groups = [one.object_id for one in listed if one.object.kind == "group"]
    members = _members(application, groups)
    excludes = excludes_default(application)
    return [
        Row(
            assignment=one,
            role=names.get(one.role, one.role),
            people=members[one.object_id][0] if one.object_id in members else None,
            there=members[one.object_id][1] if one.object_id in members else None,
            result=_result(one, results, excludes=excludes),
        )
        for one in listed
    ]


def role_names(application: Application) -> dict[str, str]:
    """Names by value; the empty value is Default Access."""
    definition = application.job.definition
    roles = definition.content["roles"] if definition else []
    return {"": DEFAULT_ACCESS, **{str(role["value"]): str(role["name"]) for role in roles}}


def candidates(text: str) -> list[DirectoryObject]:
    """People and groups whose name, user name or mail has this text, people first."""
    if not text.strip():
        return []
    found = DirectoryObject.objects.present().named_like(text)
    return list(found.order_by("-kind", "display_name")[:SEARCHED])


def excludes_default(application: Application) -> bool:
    """Whether Default Access alone is not enough."""
    definition = application.job.definition
    if definition is None:
        return True
    content = definition.content
    return bool(content["exclude_default_access"]) and content["scope"] == "assigned"


def _members(application: Application, groups: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Direct members of each group, and how many of them have an account."""
    linked = Link.objects.filter(job=application.job, kind="user").values("object")
    edges = Membership.objects.current().filter(group__in=groups, member_kind="user")
    counted = edges.exclude(member=None).values("group")
    found = counted.annotate(all=Count("pk"), there=Count("pk", filter=Q(member__in=linked)))
    none: dict[UUID, tuple[int, int]] = dict.fromkeys(groups, (0, 0))
    return none | {one["group"]: (one["all"], one["there"]) for one in found}


def _results(application: Application, ids: list[UUID]) -> dict[UUID, Tag]:
    """The worst that is known: a failure before a verdict before a link."""
    job = application.job
    found: dict[UUID, Tag] = {}
    for one in Link.objects.filter(job=job, object__in=ids).values_list("object", flat=True):
        found[one] = IN_SYNC
    standings = Standing.objects.filter(job=job, object__in=ids).values_list("object", "code")
    for one, code in standings:
        if code == Reason.NOT_EFFECTIVELY_ENTITLED:
            found[one] = OUT_OF_SCOPE
    for one in Escrow.objects.filter(job=job, object__in=ids).values_list("object", flat=True):
        found[one] = FAILED
    return found


def _result(one: Assignment, results: dict[UUID, Tag], *, excludes: bool) -> Tag:
    if not one.role and excludes:
        return EXCLUDED
    return results.get(one.object_id, WAITING_FOR_CYCLE)
