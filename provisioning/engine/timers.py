"""Timers of deletion: since when somebody is out, and when the account is deleted.

They start when a way out is first decided, and stop when whoever left is back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from provisioning.core.definition import JobDefinition, TargetAction
from provisioning.core.leaving import Event, Since
from provisioning.core.resource import Kind
from provisioning.models import Job, Link
from provisioning.models.link import LinkQuerySet

Left = tuple[Link, tuple[Event, ...]]
"""An account with the ways in which its object left; none for who is there."""


def read(link: Link) -> Since:
    """Since when each way out holds, by the link; a word of a newer version is left out."""
    known = set(Event)
    return {
        Event(event): datetime.fromisoformat(since)
        for event, since in link.left.items()
        if event in known
    }


def run(definition: JobDefinition, all_of: Iterable[Left], now: datetime) -> None:
    """Start, keep and stop the timers of these accounts as was decided `now`."""
    changed = [link for link, events in all_of if _set(definition, link, events, now)]
    Link.objects.bulk_update(changed, ["left", "delete_at"], batch_size=200)


def running(job: Job) -> LinkQuerySet:
    """The accounts that will be deleted, the next one first."""
    timed = Link.objects.filter(job=job, delete_at__isnull=False).select_related("object")
    return timed.order_by("delete_at", "pk")


def timer_document(link: Link) -> dict[str, Any]:
    """One timer as commands tell it: since when, in which ways, and when it is over."""
    return {
        "id": link.object.source_id,
        "kind": link.kind,
        "name": link.object.display_name,
        "target_id": link.target_id,
        **timer_of(link),
    }


def timer_of(link: Link) -> dict[str, Any]:
    """`{events, since, delete_at}` of an account that will be deleted; times are ISO 8601."""
    return {
        "events": sorted(link.left),
        "since": min(link.left.values(), default=None),
        "delete_at": link.delete_at.isoformat() if link.delete_at else None,
    }


def _set(definition: JobDefinition, link: Link, events: tuple[Event, ...], now: datetime) -> bool:
    """Whether something of it changed."""
    before = (dict(link.left), link.delete_at)
    since = read(link)
    link.left = {event.value: since.get(event, now).isoformat() for event in events}
    deletes = TargetAction.DELETE in definition.of(Kind(link.kind)).actions
    times = definition.leaving.delete_at(events, since, now)
    link.delete_at = times if deletes else None
    return before != (link.left, link.delete_at)
