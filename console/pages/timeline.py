"""What happened to one person, newest first: directory changes, assignments, provisioning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.core.resource import Value
from provisioning.engine.log_document import sentence_of
from provisioning.models import Assignment, DirectoryObject, LogEntry, Revision

MOST = 50
NAMED = 6
KINDS: Mapping[str, str | Promise] = {
    "provisioning": gettext_lazy("Provisioning"),
    "assignments": gettext_lazy("Assignments"),
    "directory": gettext_lazy("Directory"),
}
ICONS = {"provisioning": "scroll-text", "assignments": "user-plus", "directory": "database"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line; `address` leads to its source, where it has one."""

    at: datetime
    kind: str
    text: str
    address: str = ""

    @property
    def icon(self) -> str:
        """The sign before the line."""
        return ICONS[self.kind]


def timeline(person: DirectoryObject, kind: str = "") -> list[Event]:
    """At most fifty events of one kind or of all, from three queries."""
    readers = {"provisioning": _entries, "assignments": _assignments, "directory": _revisions}
    events = [
        event for name, read in readers.items() if kind in ("", name) for event in read(person)
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


def _entries(person: DirectoryObject) -> Iterator[Event]:
    entries = LogEntry.objects.filter(object=person).select_related("job__application")
    for entry in entries.order_by("-at")[:MOST]:
        address = reverse("log-entry", args=[entry.pk])
        yield Event(entry.at, "provisioning", sentence_of(entry)[:300], address)


def _assignments(person: DirectoryObject) -> Iterator[Event]:
    for one in Assignment.objects.filter(object=person).select_related("application")[:MOST]:
        role = one.role or _("Default Access")
        text = _("Assigned to %(app)s with the role %(role)s.")
        address = reverse("assignments", args=[one.application.slug])
        said = text % {"app": one.application.name, "role": role}
        yield Event(one.created, "assignments", said, address)


def _revisions(person: DirectoryObject) -> Iterator[Event]:
    revisions = list(Revision.objects.filter(object=person).order_by("-number")[: MOST + 1])
    for newer, older in pairwise(revisions):
        yield Event(newer.recorded, "directory", _changed(older, newer))
    if revisions and revisions[-1].number == 1:
        text = _("Came into the directory.")
        yield Event(revisions[-1].recorded, "directory", text)


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
