"""Whom the mapping editors show values for: asked for, or somebody who is provisioned (S09)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from provisioning.models import Application, Assignment, DirectoryObject, Link, Membership

NAMED = 10


def preview_object(request: HttpRequest, app: Application, kind: str) -> DirectoryObject | None:
    """By id, by name, another one than now; else somebody who is assigned with a role."""
    objects = DirectoryObject.objects.present().filter(kind=kind.removesuffix("s"))
    if (after := _uuid(request.GET.get("another"))) is not None:
        return _another(objects, app, after)
    given = _uuid(request.GET.get("user") or request.POST.get("user"))
    if given is not None and (chosen := objects.filter(pk=given).first()) is not None:
        return chosen
    if text := request.GET.get("find", "").strip():
        named = Q(display_name__icontains=text) | Q(user_name__icontains=text)
        if found := objects.filter(named).order_by("display_name").first():
            return found
    assigned = Assignment.objects.filter(application=app).exclude(role="").values("object")
    return (
        objects.filter(pk__in=assigned).order_by("display_name").first()
        or objects.order_by("pk").first()
    )


@dataclass(frozen=True, slots=True)
class Members:
    """People in a group: all, those with an account, and the first who have none yet."""

    all: int
    there: int
    waiting: list[str]


def members_of(app: Application, group: DirectoryObject) -> Members:
    """Whom a cycle would put into the group there, as far as they have accounts."""
    edges = Membership.objects.current().filter(group=group, member_kind="user")
    linked = Link.objects.filter(job=app.job, kind="user").values("object")
    counted = edges.exclude(member=None).aggregate(
        all=Count("pk"), there=Count("pk", filter=Q(member__in=linked))
    )
    return Members(**counted, waiting=_first_without(edges.exclude(member__in=linked)))


def _first_without(edges: QuerySet[Membership]) -> list[str]:
    names = edges.exclude(member=None).order_by("member__display_name")
    return list(names.values_list("member__display_name", flat=True)[:NAMED])


def _another(
    objects: QuerySet[DirectoryObject], app: Application, after: UUID
) -> DirectoryObject | None:
    """The next one of those in the application, else of all: ids are digests, so it is a draw."""
    linked = objects.filter(pk__in=Link.objects.filter(job=app.job).values("object"))
    for some in (linked, objects):
        if found := some.filter(pk__gt=after).order_by("pk").first() or some.order_by("pk").first():
            return found
    return None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
