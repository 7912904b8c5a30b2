"""App roles of an application: added, renamed, deleted; assignments follow in the same change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from provisioning.core.vocabulary import DEFAULT_ACCESS
from provisioning.engine.configuration.assignments import assignment_rows, stored_assignments
from provisioning.engine.controls import save_configuration
from provisioning.models import Application

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def save_role(
    actor: User | None, application: Application, old: str, *, name: str, value: str
) -> None:
    """Add a role (`old` empty), or change one; whoever has it keeps it under its new value.

    Raises `UsageProblems`.
    """
    role = {"value": value, "name": name}
    roles = _roles(application)
    if old:
        roles = [role if one["value"] == old else one for one in roles]
    else:
        roles.append(role)
    _save(actor, application, roles, {old: value} if old else {})


def delete_role(actor: User | None, application: Application, value: str, instead: str) -> None:
    """Remove a role; whoever has it gets another one, "" being Default Access."""
    roles = [one for one in _roles(application) if one["value"] != value]
    _save(actor, application, roles, {value: instead})


def _save(
    actor: User | None,
    application: Application,
    roles: list[dict[str, Any]],
    renamed: dict[str, str],
) -> None:
    with transaction.atomic():
        rows = assignment_rows(stored_assignments(application))
        for row in rows:
            role = str(row["role"])
            if role in renamed:
                row["role"] = renamed[role] or DEFAULT_ACCESS
        seen = {tuple(sorted(row.items())): row for row in rows}
        document = {"slug": application.slug, "roles": roles, "assignments": list(seen.values())}
        save_configuration(actor, document)


def _roles(application: Application) -> list[dict[str, Any]]:
    definition = application.job.definition
    return [dict(one) for one in definition.content["roles"]] if definition else []
