"""What was pushed, read as any other source is: to write the directory anew from it.

Every push is told to the directory at once, so that nothing waits for this; it makes good what a
later version of Rollcall reads out of the same resources.
"""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.core.problems import Problem
from provisioning.core.resource import Kind
from provisioning.models.directory import Source
from provisioning.models.inbound import PushedResource
from provisioning.models.membership import Membership
from provisioning.sources.base import Edge, Finding, Page, Part
from provisioning.sources.columns import KNOWN, BadValue
from provisioning.sources.inbound.references import manager_id
from provisioning.sources.inbound.rows import record_of

PAGE = 500
_KIND_OF = {Part.USERS: Kind.USER, Part.GROUPS: Kind.GROUP}


class InboundDirectory:
    """The resources that one source has pushed."""

    kind = "inbound"

    def __init__(self, origin: Source, page: int = PAGE) -> None:
        self._origin = origin
        self._page = page

    def parts(self) -> tuple[Part, ...]:
        """A push says everything."""
        return tuple(Part)

    def name_of(self, part: Part) -> str:
        """The address at which a part is pushed."""
        return {Part.USERS: "/Users", Part.GROUPS: "/Groups", Part.MEMBERSHIPS: "/Groups"}[part]

    def check(self) -> list[Problem]:
        """Nothing can be wrong: it is our own table."""
        return []

    def schema(self, part: Part) -> tuple[str, ...]:
        """The attributes that a pushed resource fills."""
        return KNOWN[part]

    def full(self, part: Part) -> Iterator[Page]:
        """All of it, page by page."""
        yield from self._edges() if part is Part.MEMBERSHIPS else self._objects(part)
        yield Page(last=True)

    def _objects(self, part: Part) -> Iterator[Page]:
        rows = PushedResource.objects.filter(origin=self._origin, kind=_KIND_OF[part].value)
        last = None
        while True:
            later = rows if last is None else rows.filter(pk__gt=last)
            found = list(later.order_by("pk")[: self._page])
            if not found:
                return
            last = found[-1].pk
            yield self._told(part, found)

    def _told(self, part: Part, rows: list[PushedResource]) -> Page:
        records, present, rejected = [], [], []
        for one in rows:
            reference = one.manager_reference
            manager = manager_id(self._origin, reference) if reference else ""
            try:
                said = record_of(str(one.pk), _KIND_OF[part], one.document, manager)
            except BadValue as problem:
                present.append(str(one.pk))
                rejected.append(Finding(f"{self.name_of(part)}/{one.pk}", None, str(problem)))
            else:
                records.append(said)
        return Page(tuple(records), present=tuple(present), rejected=tuple(rejected))

    def _edges(self) -> Iterator[Page]:
        rows = Membership.objects.current().filter(group__origin=self._origin)
        last = 0
        while True:
            found = list(
                rows.filter(pk__gt=last)
                .order_by("pk")
                .values_list("pk", "group__source_id", "member_key", "member_kind")[: self._page]
            )
            if not found:
                return
            last = found[-1][0]
            yield Page(edges=tuple(Edge(g, key, Kind(kind)) for _pk, g, key, kind in found))
