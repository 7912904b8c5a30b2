"""Which people the list shows, what it can be narrowed to, and the list as a file (S23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.pages.directory_rows import Row, person_rows
from console.pages.filters import Control, Option
from console.pages.spreadsheet import csv_line
from console.pages.status import STATES
from provisioning.core.resource import State
from provisioning.models import Application, DirectoryObject, Source

COLUMNS = ("id", "name", "userName", "mail", "department", "status", "applications", "changed")
WRITTEN = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; nothing given asks for everybody who is there."""

    text: str = ""
    states: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    department: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything was asked for."""
        return self != Wanted()


def read_people(data: Any) -> Wanted:
    """The filters of a query string; a state that does not exist is left out."""
    return Wanted(
        text=data.get("q", "").strip()[:200],
        states=tuple(one for one in data.getlist("state") if one in list(State)),
        sources=tuple(filter(None, data.getlist("source"))),
        apps=tuple(filter(None, data.getlist("app"))),
        department=data.get("department", "").strip()[:200],
    )


def people_found(wanted: Wanted) -> QuerySet[DirectoryObject]:
    """Who is gone from the source is shown to whoever asks for it."""
    people = DirectoryObject.objects.people().named_like(wanted.text)
    people = people.filter(state__in=wanted.states) if wanted.states else people.present()
    if wanted.sources:
        people = people.filter(origin__in=Source.objects.filter(name__in=wanted.sources))
    if wanted.department:
        people = people.filter(attributes__department__iexact=wanted.department)
    if wanted.apps:
        people = people.filter(links__job__application__slug__in=wanted.apps).distinct()
    return people


def people_facets(wanted: Wanted) -> list[Control]:
    """What can be ticked."""
    sources = {
        name: name for name in Source.objects.order_by("name").values_list("name", flat=True)
    }
    apps = dict(Application.objects.order_by("name").values_list("slug", "name"))
    states = {state.value: tag.word for state, tag in STATES.items()}
    return [
        Control("source", _("Source"), _options(sources, wanted.sources)),
        Control("state", _("Status"), _options(states, wanted.states)),
        Control("app", _("Application"), _options(apps, wanted.apps)),
    ]


def people_csv(people: QuerySet[DirectoryObject]) -> Iterator[str]:
    """One row a person; a byte order mark for spreadsheets."""
    yield "\ufeff" + csv_line(COLUMNS)
    rest = people.iterator(WRITTEN)
    while page := list(islice(rest, WRITTEN)):
        for row in person_rows(page):
            yield csv_line(_line(row))


def _line(row: Row) -> list[str]:
    one = row.person
    return [
        one.source_id,
        one.display_name,
        one.user_name,
        str(one.attributes.get("mail") or ""),
        row.department,
        one.state,
        "; ".join(f"{name}: {tag.word}" for name, tag in row.applications),
        one.updated.isoformat(),
    ]


def _options(words: Mapping[str, str | Promise], chosen: Sequence[str]) -> list[Option]:
    return [Option(value, word, value in chosen) for value, word in words.items()]
