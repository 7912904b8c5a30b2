"""Pages of directory objects as the core wants them: with assignments, links and references.

Every lookup is one query for a whole page, so deciding costs the same for each object however
large the directory is. The same lookups answer for a moment of the past (engine.past).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from provisioning.core.app_roles import Assigned
from provisioning.core.definition import JobDefinition, ObjectMapping
from provisioning.core.entitlement import Subject
from provisioning.core.evaluate import Account
from provisioning.core.resource import State, Value
from provisioning.engine import timers
from provisioning.engine.surroundings import surroundings
from provisioning.models import Assignment, DirectoryObject, Job, Link, Membership, Revision


@dataclass(slots=True)
class Fact:
    """One object with everything that decides about it."""

    row: DirectoryObject
    subject: Subject
    link: Link | None

    @property
    def account(self) -> Account | None:
        """The linked account as last seen."""
        return account_of(self.link) if self.link else None


def account_of(link: Link) -> Account:
    """The core value of a link."""
    return Account(
        target_id=link.target_id,
        resource=link.resource,
        echo=link.echo,
        left=timers.read(link),
    )


@dataclass(slots=True)
class Facts:
    """Reads facts for one job under one definition; keeps what is the same for all pages.

    `beside` is a second definition that decides with the same facts: it differs in filters only.
    `with_everything` reads memberships and managers even if no rule asks for them. With `at`,
    assignments, memberships, managers and names are those of that moment; rows are the caller's.
    """

    job: Job
    definition: JobDefinition
    beside: JobDefinition | None = None
    with_everything: bool = False
    at: datetime | None = None
    _direct: Mapping[UUID, list[str]] = field(init=False)
    _through: Mapping[UUID, list[Assigned]] = field(init=False)

    def __post_init__(self) -> None:
        direct: defaultdict[UUID, list[str]] = defaultdict(list)
        names: dict[UUID, str] = {}
        rows = Assignment.objects.held(self.job.application_id, self.at)
        for _number, object_id, role, kind, name in rows:
            direct[object_id].append(role)
            if kind == "group":
                names[object_id] = name
        groups = {
            group: [Assigned(role, name) for role in direct[group]]
            for group, name in self._named(names).items()
        }
        self._direct = direct
        self._through = self._with_nested(groups) if self.definition.nested_groups else groups

    def page(self, ids: Sequence[UUID]) -> list[Fact]:
        """Facts of these objects, in the order of their ids."""
        rows = list(DirectoryObject.objects.filter(pk__in=ids).order_by("pk"))
        return self.of(rows, Link.objects.filter(job=self.job, object_id__in=ids))

    def of(self, rows: Sequence[DirectoryObject], known: Iterable[Link]) -> list[Fact]:
        """Facts of rows that were read already, with the job's links to them."""
        links = {link.object_id: link for link in known}
        through = self._assignments_through_groups(rows)
        member_of = self._groups_by_member(rows)
        managers = self._managers(rows)
        chance = surroundings()
        return [
            Fact(
                row=row,
                subject=Subject(
                    source=row.as_source_object(),
                    assigned=[
                        *(Assigned(role) for role in self._direct.get(row.pk, ())),
                        *through.get(row.pk, ()),
                    ],
                    member_of=member_of.get(row.pk, ()),
                    manager=managers.get(row.pk, {}),
                    context=chance.for_place(row.pk.hex),
                ),
                link=links.get(row.pk),
            )
            for row in rows
        ]

    def _assignments_through_groups(
        self, rows: Iterable[DirectoryObject]
    ) -> dict[UUID, list[Assigned]]:
        if not self._through:
            return {}
        reached: defaultdict[UUID, list[Assigned]] = defaultdict(list)
        people = [row.pk for row in rows if row.kind == "user" and row.state != State.GONE]
        for member_id, group_id in self._edges(people):
            for assigned in self._through.get(group_id, ()):
                if assigned not in reached[member_id]:
                    reached[member_id].append(assigned)
        return reached

    def _edges(self, people: Sequence[UUID]) -> Iterator[tuple[UUID, UUID]]:
        edges = Membership.objects.at(self.at).filter(member_id__in=people)
        # A short list of groups is asked for by name; a long one is sifted here.
        if len(self._through) <= 200:
            edges = edges.filter(group_id__in=list(self._through))
        yield from edges.order_by("pk").values_list("member_id", "group_id")

    def _with_nested(
        self, groups: Mapping[UUID, list[Assigned]]
    ) -> defaultdict[UUID, list[Assigned]]:
        """Every group below an assigned one, however deep, with the roles that reach it (W13)."""
        children: defaultdict[UUID, list[UUID]] = defaultdict(list)
        edges = Membership.objects.at(self.at).filter(member_kind="group", member__isnull=False)
        for group_id, member_id in edges.values_list("group_id", "member_id"):
            children[group_id].append(member_id)
        reached: defaultdict[UUID, list[Assigned]] = defaultdict(list)
        for top, roles in groups.items():
            seen, waiting = {top}, [top]
            while waiting:
                group = waiting.pop()
                reached[group].extend(role for role in roles if role not in reached[group])
                new = [child for child in children[group] if child not in seen]
                seen.update(new)
                waiting.extend(new)
        return reached

    def _groups_by_member(self, rows: Iterable[DirectoryObject]) -> dict[UUID, list[str]]:
        """Names and ids of the groups of each member, when a rule asks for them."""
        if not (self.with_everything or any(one.asks_for_groups for one in self._mappings())):
            return {}
        groups: defaultdict[UUID, list[str]] = defaultdict(list)
        members = [row.pk for row in rows if row.state != State.GONE]
        edges = list(
            Membership.objects.at(self.at)
            .filter(member_id__in=members)
            .order_by("pk")
            .values_list("member_id", "group_id", "group__display_name", "group__source_id")
        )
        names = self._named({group_id: name for _member, group_id, name, _id in edges})
        for member_id, group_id, _name, source_id in edges:
            groups[member_id].extend((names[group_id], source_id))
        return groups

    def _managers(self, rows: Iterable[DirectoryObject]) -> dict[UUID, Mapping[str, Value]]:
        """What the directory says of each person's manager, when a rule asks for it."""
        if not (self.with_everything or any(one.asks_for_managers for one in self._mappings())):
            return {}
        found = (
            DirectoryObject.objects.managers_of(rows)
            if self.at is None
            else Revision.objects.until(self.at).managers_of(rows)
        )
        return {person: one.as_source_object().attributes for person, one in found.items()}

    def _mappings(self) -> Iterator[ObjectMapping]:
        for definition in (self.definition, self.beside):
            if definition is not None:
                yield from (definition.users, definition.groups)

    def _named(self, names: dict[UUID, str]) -> dict[UUID, str]:
        """Groups with the names they had."""
        if self.at is None:
            return names
        then = Revision.objects.until(self.at).newest(names)
        return names | {group: one.as_object().display_name for group, one in then.items()}
