"""Find a person or a group (S23)."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from console.access import requires
from console.directory_rows import person_rows
from console.http import respond
from console.models import Role
from console.status import STATES
from provisioning.core.directory_keys import fold_key
from provisioning.core.resource import State
from provisioning.models import Application, Assignment, DirectoryObject, Membership, Source

PAGE_SIZE = 50


@requires(Role.READER)
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """People by name, user name, mail or id."""
    found = _searched(DirectoryObject.objects.people(), request)
    if slug := request.GET.get("app", ""):
        found = found.filter(links__job__application__slug=slug)
    page = Paginator(found.order_by("display_name", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "section": "users",
        "page": page,
        "rows": person_rows(list(page.object_list)),
        "text": request.GET.get("q", "")[:200],
        "state": request.GET.get("state", ""),
        "states": STATES.items(),
        "chosen": request.GET.get("app", ""),
        "applications": Application.objects.values_list("slug", "name"),
    }
    return respond(request, "directory/users.html", context, fragment="people")


@requires(Role.READER)
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Groups by name or id."""
    found = _searched(DirectoryObject.objects.groups(), request)
    page = Paginator(found.order_by("display_name", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    members = Membership.objects.current().members_of([one.pk for one in page], nested=False)
    context = {
        "section": "groups",
        "page": page,
        "rows": [(one, len(members.get(one.pk, ()))) for one in page],
        "text": request.GET.get("q", "")[:200],
    }
    return respond(request, "directory/groups.html", context)


@requires(Role.READER)
@require_safe
def group(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One group: its people, the groups in it, the applications it opens."""
    one = get_object_or_404(DirectoryObject.objects.select_related("origin"), pk=pk, kind="group")
    edges = Membership.objects.current().filter(group=one)
    members = DirectoryObject.objects.filter(pk__in=edges.values("member")).order_by(
        "kind", "display_name", "pk"
    )
    page = Paginator(members, PAGE_SIZE).get_page(request.GET.get("page"))
    assigned = Assignment.objects.filter(object=one).select_related("application")
    context = {
        "section": "groups",
        "group": one,
        "state": STATES[State(one.state)],
        "page": page,
        "assigned": assigned.order_by("application__name"),
    }
    return respond(request, "directory/group.html", context)


def _searched(
    objects: QuerySet[DirectoryObject], request: HttpRequest
) -> QuerySet[DirectoryObject]:
    """Those who are present unless their state is asked for; keys are compared folded."""
    state = request.GET.get("state", "")
    known = state in {one.value for one in State}
    objects = objects.filter(state=state) if known else objects.exclude(state=State.GONE.value)
    if source := request.GET.get("source", ""):
        objects = objects.filter(origin__in=Source.objects.filter(name=source))
    text = request.GET.get("q", "").strip()[:200]
    if not text:
        return objects
    key = fold_key(text)
    return objects.filter(
        Q(display_name__icontains=text)
        | Q(user_name__icontains=text)
        | Q(key_name__contains=key)
        | Q(source_key=key)
    )
