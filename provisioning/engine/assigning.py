"""Who is assigned to an application: given, changed and taken away for many at once.

One person has one role here; the configuration file may say more. Everything goes through
`save_configuration`, which judges it, audits it and marks whom it is about for the next cycle.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from provisioning.engine.configuration.assignments import (
    Assignee,
    assignment_rows,
    stored_assignments,
)
from provisioning.engine.controls import save_configuration
from provisioning.models import Application

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def assign(
    actor: User | None, application: Application, objects: Collection[UUID], role: str
) -> None:
    """Give these people and groups this role, in place of the one they have; "" is Default Access.

    Raises `UsageProblems` for a role or an object that does not exist.
    """
    with transaction.atomic():
        others = {
            one for one in stored_assignments(application) if one.object_id not in set(objects)
        }
        _save(actor, application, others | {Assignee(one, role) for one in objects})


def unassign(actor: User | None, application: Application, objects: Collection[UUID]) -> None:
    """Take these people and groups out; nothing happens to accounts before the next cycle."""
    with transaction.atomic():
        gone = set(objects)
        stored = stored_assignments(application)
        _save(actor, application, {one for one in stored if one.object_id not in gone})


def _save(actor: User | None, application: Application, wanted: set[Assignee]) -> None:
    rows = assignment_rows(wanted)
    save_configuration(actor, {"slug": application.slug, "assignments": rows})
