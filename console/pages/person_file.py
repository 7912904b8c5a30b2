"""Everything that is stored about one person, as one document (S24)."""

from __future__ import annotations

from typing import Any

from provisioning.engine.log_document import log_document
from provisioning.models import (
    Assignment,
    DirectoryObject,
    EndedAssignment,
    Link,
    LogEntry,
    Membership,
    Revision,
)


def person_document(one: DirectoryObject) -> dict[str, Any]:
    """The directory's attributes with their history, groups, assignments, accounts, log; and the
    groups and assignments of before.
    """
    return {
        "id": str(one.pk),
        "source": one.origin.name,
        "sourceId": one.source_id,
        "state": one.state,
        "attributes": one.attributes,
        "history": [
            {"at": revision.recorded, "state": revision.state, "attributes": revision.attributes}
            for revision in Revision.objects.filter(object=one).order_by("number")
        ],
        "groups": _groups(one),
        "assignments": [
            {"application": name, "role": role, "since": created}
            for name, role, created in Assignment.objects.filter(object=one)
            .order_by("application__name")
            .values_list("application__name", "role", "created")
        ],
        "formerGroups": _former_groups(one),
        "formerAssignments": [
            {"application": name, "role": role, "since": since, "until": until}
            for name, role, since, until in EndedAssignment.objects.filter(object=one)
            .order_by("until", "pk")
            .values_list("application__name", "role", "since", "until")
        ],
        "accounts": [
            {"application": name, "id": target_id, "lastWrite": updated}
            for name, target_id, updated in Link.objects.filter(object=one)
            .order_by("job__application__name")
            .values_list("job__application__name", "target_id", "updated")
        ],
        "log": [
            log_document(entry)
            for entry in LogEntry.objects.filter(object=one)
            .select_related("job__application")
            .order_by("at", "pk")
        ],
    }


def _groups(one: DirectoryObject) -> list[str]:
    named = Membership.objects.current().filter(member=one)
    return list(named.order_by("group__display_name").values_list("group__display_name", flat=True))


def _former_groups(one: DirectoryObject) -> list[dict[str, Any]]:
    ended = Membership.objects.filter(member=one, removed_change__isnull=False)
    return [
        {"group": name, "since": since, "until": until}
        for name, since, until in ended.order_by("removed_change", "pk").values_list(
            "group__display_name", "since", "until"
        )
    ]
