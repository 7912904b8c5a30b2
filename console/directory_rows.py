"""The lines of the people list: each person with the applications they are in or should be in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from console.status import EXCLUDED, FAILED, IN_SYNC, OUT_OF_SCOPE, STATES, WAITING_FOR_CYCLE, Tag
from provisioning.core.resource import State
from provisioning.core.vocabulary import Reason
from provisioning.models import DirectoryObject, Escrow, Link, Standing


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
    found: dict[UUID, dict[str, Tag]] = defaultdict(dict)
    name = "job__application__name"
    for one, application in Link.objects.filter(object__in=ids).values_list("object", name):
        found[one][application] = IN_SYNC
    standings = Standing.objects.filter(object__in=ids).values_list(
        "object", name, "code", "reasons"
    )
    for one, application, code, reasons in standings:
        found[one][application] = _standing(code, reasons, found[one].get(application))
    for one, application in Escrow.objects.filter(object__in=ids).values_list("object", name):
        found[one][application] = FAILED
    return {one: sorted(tags.items()) for one, tags in found.items()}


def _standing(code: str, reasons: Sequence[dict[str, object]], linked: Tag | None) -> Tag:
    if code == Reason.NOT_EFFECTIVELY_ENTITLED:
        only = any(one.get("reason") == Reason.DEFAULT_ACCESS_ONLY for one in reasons)
        return EXCLUDED if only else OUT_OF_SCOPE
    return linked or WAITING_FOR_CYCLE
