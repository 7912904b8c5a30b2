"""Saving a page that somebody may have overtaken: what they changed meanwhile is not undone.

A page says up to which audit row it was read. A form sends all its values, changed or not, so any
change of those since then would be lost by saving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from provisioning.engine.configuration.applying import Applied
from provisioning.engine.configuration.diff import Change
from provisioning.engine.controls import save_configuration
from provisioning.models import Application, AuditEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Concerns = Callable[[Change], bool]


class ChangedMeanwhile(Exception):
    """Somebody saved the same since the page was read; `event` is their last change of it."""

    def __init__(self, event: AuditEvent, changes: list[Change]) -> None:
        super().__init__(str(event))
        self.event = event
        self.changes = changes


def read_up_to(application: Application) -> int:
    """What a page puts in its form to know later what came after."""
    newest = AuditEvent.objects.filter(application=application).aggregate(newest=Max("pk"))
    return newest["newest"] or 0


def save_beside(
    actor: User | None, content: Mapping[str, object], *, read: int | None, concerns: Concerns
) -> Applied:
    """Save, unless something that `concerns` this page was changed after it was read.

    Raises `ChangedMeanwhile` and changes nothing; `UsageProblems` as any save does. Without `read`
    nobody looked at anything before.
    """
    with transaction.atomic():
        if read is not None:
            application = Application.objects.select_for_update().get(slug=content["slug"])
            _refuse_overtaken(application, read, concerns)
        return save_configuration(actor, content)


def _refuse_overtaken(application: Application, read: int, concerns: Concerns) -> None:
    events = AuditEvent.objects.filter(application=application, pk__gt=read).order_by("pk")
    found = [
        (event, change)
        for event in events.select_related("actor")
        for change in event.changes
        if concerns(change)
    ]
    if found:
        raise ChangedMeanwhile(found[-1][0], [change for _event, change in found])
