"""What happened to one person, newest first: directory changes, assignments, provisioning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from provisioning.core.resource import Value
from provisioning.engine.log_document import sentence_of
from provisioning.models import Assignment, DirectoryObject, LogEntry, Revision

MOST = 50
NAMED = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One line; `address` leads to its source, where it has one."""

    at: datetime
    icon: str
    text: str
    address: str = ""


def timeline(person: DirectoryObject) -> list[Event]:
    """At most fifty events, from three queries."""
    events = [*_entries(person), *_revisions(person), *_assignments(person)]
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


def _entries(person: DirectoryObject) -> Iterator[Event]:
    entries = LogEntry.objects.filter(object=person).select_related("job__application")
    for entry in entries.order_by("-at")[:MOST]:
        address = reverse("log-entry", args=[entry.pk])
        yield Event(entry.at, "scroll-text", sentence_of(entry)[:300], address)


def _assignments(person: DirectoryObject) -> Iterator[Event]:
    for one in Assignment.objects.filter(object=person).select_related("application")[:MOST]:
        role = one.role or _("Default Access")
        text = _("Assigned to %(app)s with the role %(role)s.")
        address = reverse("assignments", args=[one.application.slug])
        said = text % {"app": one.application.name, "role": role}
        yield Event(one.created, "user-plus", said, address)


def _revisions(person: DirectoryObject) -> Iterator[Event]:
    revisions = list(Revision.objects.filter(object=person).order_by("-number")[: MOST + 1])
    for newer, older in pairwise(revisions):
        yield Event(newer.recorded, "database", _changed(older, newer))
    if revisions and revisions[-1].number == 1:
        text = _("Came into the directory.")
        yield Event(revisions[-1].recorded, "database", text)


def _changed(older: Revision, newer: Revision) -> str:
    """Which attributes differ, the first few with their values."""
    if older.state != newer.state:
        return _("State in the directory: %(old)s → %(new)s.") % {
            "old": older.state,
            "new": newer.state,
        }
    names = sorted({*older.attributes, *newer.attributes})
    differing = [n for n in names if older.attributes.get(n) != newer.attributes.get(n)]
    told = [
        f"{name}: {_short(older.attributes.get(name))} → {_short(newer.attributes.get(name))}"
        for name in differing[:NAMED]
    ]
    return "; ".join(told) or _("Read again.")


def _short(value: Value) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
