"""Which app role somebody has in the application, and why that one of several.

The rule: an app role beats Default Access, and of several app roles the first in the application's
own list wins. Whatever asks for one role gets the winner; whatever asks for all gets all of them in
that order, and replaces what the application had. (Entra picks one arbitrarily and, but for one
function, only adds: entra-provisioning 6.8.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from provisioning.core.definition import AppRole, JobDefinition
from provisioning.core.vocabulary import DEFAULT_ACCESS


@dataclass(frozen=True, slots=True)
class Assigned:
    """One assignment that reaches the object: its role, and the group it came through."""

    role: str
    through: str = ""


class Won(StrEnum):
    """Why a role is the one."""

    ONLY = "only"
    LISTED_FIRST = "listed_first"
    NO_OTHER = "no_other"
    """Default Access, because there is no app role."""


@dataclass(frozen=True, slots=True)
class Role:
    """The role that wins, the groups it comes through, and the app roles beside it."""

    role: AppRole
    won: Won
    directly: bool
    through: tuple[str, ...] = ()
    others: tuple[AppRole, ...] = ()


def app_roles(definition: JobDefinition, assigned: Sequence[Assigned]) -> list[AppRole]:
    """Every app role that is assigned, in the order of the application's list."""
    held = {one.role for one in assigned}
    return [role for role in definition.roles if role.value in held]


def winning_role(definition: JobDefinition, assigned: Sequence[Assigned]) -> Role | None:
    """The role that counts where there can be only one; nothing for whoever is not assigned."""
    if not assigned:
        return None
    held = app_roles(definition, assigned) or [_unlisted(assigned)]
    winner, *others = held
    won = Won.LISTED_FIRST if others else Won.ONLY if winner.value else Won.NO_OTHER
    ways = [one.through for one in assigned if one.role == winner.value]
    through = tuple(dict.fromkeys(way for way in ways if way))
    return Role(winner, won, "" in ways, through, tuple(others))


def _unlisted(assigned: Sequence[Assigned]) -> AppRole:
    """Default Access, unless a role was assigned that the application has no longer."""
    value = next((one.role for one in assigned if one.role), "")
    return AppRole(value, value or DEFAULT_ACCESS)
