"""Which role somebody has in an application and why that one, in words and as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.app_roles import Assigned, Role, Won, winning_role
from provisioning.core.definition import JobDefinition

WHY: Mapping[Won, str] = {
    Won.ONLY: gettext_noop("The role %(role)s, assigned %(ways)s."),
    Won.LISTED_FIRST: gettext_noop(
        "The role %(role)s, assigned %(ways)s. Assigned too: %(others)s. Of several roles the "
        "first in the application's list wins; mappings that ask for all roles get all of them."
    ),
    Won.NO_OTHER: gettext_noop("The role %(role)s, assigned %(ways)s: there is no other."),
}
MOST_WAYS = 5


def role_document(definition: JobDefinition, assigned: Sequence[Assigned]) -> dict[str, Any] | None:
    """The role that wins, as `explain` answers it."""
    role = winning_role(definition, assigned)
    if role is None:
        return None
    return {
        "value": role.role.value,
        "name": role.role.name,
        "won": role.won.value,
        "directly": role.directly,
        "through": list(role.through),
        "others": [other.name for other in role.others],
        "sentence": _sentence(role),
    }


def role_sentence(definition: JobDefinition, assigned: Sequence[Assigned]) -> str:
    """The role that wins and why; nothing for whoever is not assigned."""
    role = winning_role(definition, assigned)
    return _sentence(role) if role else ""


def _sentence(role: Role) -> str:
    return _(WHY[role.won]) % {
        "role": role.role.name if role.role.value else _("Default Access"),
        "ways": _ways(role),
        "others": ", ".join(other.name for other in role.others),
    }


def _ways(role: Role) -> str:
    """How the winning role was assigned."""
    shown = ", ".join(role.through[:MOST_WAYS]) + (", …" if len(role.through) > MOST_WAYS else "")
    through = _("through %(groups)s") % {"groups": shown}
    ways = [*([_("directly")] if role.directly else []), *([through] if role.through else [])]
    return _(" and ").join(ways)
