"""The lines of the people list: each person with the applications they are in or should be in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from console.pages.status import (
    EXCLUDED,
    FAILED,
    IN_SYNC,
    OUT_OF_SCOPE,
    STATES,
    WAITING_FOR_CYCLE,
    Tag,
)
from provisioning.core.resource import State
from provisioning.core.vocabulary import Reason
from provisioning.engine.knowing import Known, known
from provisioning.models import DirectoryObject, Escrow, Job, Link, Standing

OfJob = TypeVar("OfJob", Link, Standing, Escrow)


@dataclass(slots=True)
class Row:
    """One person."""

    person: DirectoryObject
    state: Tag
    department: str
    applications: list[tuple[str, Tag]] = field(default_factory=list)


def person_rows(people: Sequence[DirectoryObject]) -> list[Row]:
    """A page of people: three queries more, however many applications there are."""
    known = applications_of([one.pk for one in people])
    return [
        Row(
            person=one,
            state=STATES[State(one.state)],
            department=str(one.attributes.get("department") or ""),
            applications=known.get(one.pk, []),
        )
        for one in people
    ]


def applications_of(ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, Tag]]]:
    """By person: names of applications with how the person stands there, the worst known."""
    name = "job__application__name"
    links = Link.objects.filter(object__in=ids).values_list("object", name)
    standings = Standing.objects.filter(object__in=ids)
    escrows = Escrow.objects.filter(object__in=ids).values_list("object", name)
    return _tags(links, standings.values_list("object", name, "code", "reasons"), escrows)


@dataclass(frozen=True, slots=True)
class PersonRows:
    """All that any job knows of one person, read once."""

    links: list[Link]
    standings: list[Standing]
    escrows: list[Escrow]

    @classmethod
    def of(cls, one: DirectoryObject) -> PersonRows:
        """In three queries, however many applications there are."""
        name = "job__application"
        return cls(
            list(Link.objects.filter(object=one).select_related(name)),
            list(Standing.objects.filter(object=one).select_related(name)),
            list(Escrow.objects.filter(object=one).select_related(name)),
        )

    def tags(self) -> list[tuple[str, Tag]]:
        """How the person stands in each application."""
        found = _tags(
            [(one.object_id, one.job.application.name) for one in self.links],
            [
                (one.object_id, one.job.application.name, one.code, one.reasons)
                for one in self.standings
            ],
            [(one.object_id, one.job.application.name) for one in self.escrows],
        )
        return next(iter(found.values()), [])

    def accounts(self) -> list[tuple[str, Tag, Link | None]]:
        """The same with the account, where there is one."""
        links = {one.job.application.name: one for one in self.links}
        return [(name, tag, links.get(name)) for name, tag in self.tags()]

    def known(self, job: Job, one: DirectoryObject) -> Known:
        """What one job knows of the person, with the facts it decides by."""
        return known(
            job,
            one,
            link=_of(job, self.links),
            standing=_of(job, self.standings),
            escrow=_of(job, self.escrows),
        )


def _of(job: Job, rows: Iterable[OfJob]) -> OfJob | None:
    return next((one for one in rows if one.job_id == job.pk), None)


def _tags(
    links: Iterable[tuple[UUID, str]],
    standings: Iterable[tuple[UUID, str, str, Sequence[dict[str, object]]]],
    escrows: Iterable[tuple[UUID, str]],
) -> dict[UUID, list[tuple[str, Tag]]]:
    found: dict[UUID, dict[str, Tag]] = defaultdict(dict)
    for one, application in links:
        found[one][application] = IN_SYNC
    for one, application, code, reasons in standings:
        found[one][application] = _standing(code, reasons, found[one].get(application))
    for one, application in escrows:
        found[one][application] = FAILED
    return {one: sorted(tags.items()) for one, tags in found.items()}


def _standing(code: str, reasons: Sequence[dict[str, object]], linked: Tag | None) -> Tag:
    if code == Reason.NOT_EFFECTIVELY_ENTITLED:
        only = any(one.get("reason") == Reason.DEFAULT_ACCESS_ONLY for one in reasons)
        return EXCLUDED if only else OUT_OF_SCOPE
    return linked or WAITING_FOR_CYCLE
