"""Who gains or loses access when assignments change, before they do (S12).

Only assignment and role are looked at, as a scoping filter may keep somebody out in any case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from provisioning.core.resource import Kind
from provisioning.engine.configuration.assignments import Assignee, stored_assignments
from provisioning.models import Application, Definition, DirectoryObject, Membership

NAMED = 3


@dataclass(frozen=True, slots=True)
class AccessChange:
    """How many people it is about; `through` names groups by which some keep their access."""

    gaining: int = 0
    losing: int = 0
    keeping: int = 0
    through: list[str] = field(default_factory=list)


def access_change(
    application: Application, objects: Collection[UUID], role: str | None
) -> AccessChange:
    """What giving these people and groups a role would do; `None` takes their assignments away."""
    definition = application.job.definition
    if definition is None or definition.content["scope"] == "all":
        return AccessChange()
    touched = set(objects)
    stored = stored_assignments(application)
    rest = {one for one in stored if one.object_id not in touched}
    given = set() if role is None else {Assignee(one, role) for one in touched}
    reach = _Reach(definition, touched | {one.object_id for one in stored})
    before, after = reach.entitled(stored), reach.entitled(rest | given)
    kept = reach.people(touched) & before & after
    return AccessChange(
        gaining=len(after - before),
        losing=len(before - after),
        keeping=len(kept),
        through=reach.groups_with(kept, rest),
    )


class _Reach:
    """Whom assignments reach: people themselves, and those in groups."""

    def __init__(self, definition: Definition, ids: Iterable[UUID]) -> None:
        content = definition.content
        self._excludes = bool(content["exclude_default_access"])
        groups = DirectoryObject.objects.filter(pk__in=list(ids), kind=Kind.GROUP.value)
        self._names = dict(groups.values_list("pk", "display_name"))
        self._members = Membership.objects.current().members_of(
            self._names, nested=bool(content["nested_groups"])
        )

    def people(self, objects: Iterable[UUID]) -> set[UUID]:
        """Everybody these are or hold."""
        return set().union(*(self._members.get(one, {one}) for one in objects))

    def entitled(self, assignees: Iterable[Assignee]) -> set[UUID]:
        """Everybody who has a role that counts."""
        return self.people(one.object_id for one in assignees if one.role or not self._excludes)

    def groups_with(self, people: set[UUID], assignees: Iterable[Assignee]) -> list[str]:
        """The first groups by name that give some of these people a role that counts."""
        counting = {one.object_id for one in assignees if one.role or not self._excludes}
        groups = (one for one in counting if self._members.get(one, set()) & people)
        return sorted(self._names[one] for one in groups)[:NAMED]
