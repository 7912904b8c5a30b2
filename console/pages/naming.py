"""Changes that point to somebody, with names in place of ids that nobody can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from provisioning.models import DirectoryObject, Job, Link

SHOWN = 50
"""Changes of one object that are shown; a group may gain thousands of members."""


def named(job: Job, changes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The first changes; a directory id or account id that is somebody's is that one's name."""
    shown = [dict(change) for change in changes[:SHOWN]]
    values = {value for change in shown for value in _ids(change)}
    people = [one for value in values if (one := _uuid(value)) is not None]
    names = _in_directory(people) | _by_account(job, values)
    for change in shown:
        if _ids(change):
            change["old"] = names.get(str(change["old"]), change["old"])
            change["new"] = names.get(str(change["new"]), change["new"])
    return shown


def _ids(change: Mapping[str, Any]) -> Iterable[str]:
    """The values of references and members; other text is never taken for an id."""
    path = str(change["path"])
    if path == "members" or path.lower().endswith(("manager", "manager.value")):
        return [value for side in ("old", "new") if isinstance(value := change[side], str)]
    return []


def _in_directory(ids: Iterable[UUID]) -> dict[str, str]:
    rows = DirectoryObject.objects.filter(pk__in=list(ids))
    return {str(pk): name for pk, name in rows.values_list("pk", "display_name") if name}


def _by_account(job: Job, ids: Iterable[str]) -> dict[str, str]:
    links = Link.objects.filter(job=job, target_id__in=list(ids))
    return dict(links.values_list("target_id", "object__display_name"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
