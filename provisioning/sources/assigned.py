"""What a source may tell of applications besides people and groups: app roles and assignments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from provisioning.core.resource import Kind


@dataclass(frozen=True, slots=True)
class SourceRole:
    """An app role as the directory declares it, where it has the `id`. One without a value goes by
    its name.
    """

    value: str
    name: str
    enabled: bool = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class SourceAssignment:
    """One person or group, by source id, with a role's value; the empty one is Default Access."""

    principal: str
    kind: Kind
    role: str


@dataclass(frozen=True, slots=True)
class SourceApp:
    """An application of the directory with everybody who is assigned. `others` counts assignments
    of what is neither person nor group, `unknown_roles` those with a role it does not declare.
    """

    id: str
    name: str
    roles: tuple[SourceRole, ...] = ()
    assignments: tuple[SourceAssignment, ...] = ()
    others: int = 0
    unknown_roles: int = 0


class NoSuchApplication(Exception):
    """The directory has no application of this id. It says nothing about who is assigned."""


@runtime_checkable
class AssignmentFeed(Protocol):
    """What a source offers besides when its directory knows who is assigned to applications."""

    def assigned(self, app: str) -> SourceApp:
        """Everybody who is assigned to the application of this id. Raises `NoSuchApplication`, or
        `SourceUnavailable` when it cannot be read to its end.
        """
