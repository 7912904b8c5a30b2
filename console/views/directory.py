"""Find a person or a group (S23)."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import respond
from console.models import Role
from console.pages.directory_rows import person_rows
from console.pages.filters import chips_of
from console.pages.people_list import people_csv, people_facets, people_found, read_people
from console.pages.status import STATES
from provisioning.core.resource import State
from provisioning.models import Assignment, DirectoryObject, Membership

PAGE_SIZE = 50


@requires(Role.READER)
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """People by name, user name, e-mail or id."""
    wanted = read_people(request.GET)
    found = people_found(wanted)
    page = Paginator(found.order_by("display_name", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    facets = people_facets(wanted)
    context = {
        "section": "users",
        "wanted": wanted,
        "page": page,
        "rows": person_rows(list(page.object_list)),
        "facets": facets,
        "chips": chips_of(facets, request.GET),
    }
    return respond(request, "directory/users.html", context, fragment="people")


@requires(Role.READER)
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The people of the filters that are set, as one CSV file."""
    found = people_found(read_people(request.GET)).order_by("display_name", "pk")
    answer = StreamingHttpResponse(people_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="users.csv"'
    return answer


@requires(Role.READER)
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Groups by name or id."""
    text = request.GET.get("q", "")[:200]
    found = DirectoryObject.objects.groups().present().named_like(text)
    page = Paginator(found.order_by("display_name", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    members = Membership.objects.current().members_of([one.pk for one in page], nested=False)
    context = {
        "section": "groups",
        "page": page,
        "rows": [(one, len(members.get(one.pk, ()))) for one in page],
        "text": text,
    }
    return respond(request, "directory/groups.html", context, fragment="groups")


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
