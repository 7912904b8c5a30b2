"""What a tenant holds: objects with the number of each change, so that a delta can tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Life(StrEnum):
    """Where an object is between creation and its end."""

    LIVE = "live"
    DELETED = "deleted"
    """Soft-deleted: in deletedItems, and restorable."""
    PURGED = "purged"


@dataclass(slots=True)
class Entry:
    """One person or group. `changed` has the number of each property's last change; `related` and
    `unrelated` the number by which a member or manager came and went.
    """

    id: str
    kind: str
    properties: dict[str, object]
    created: int
    changed: dict[str, int] = field(default_factory=dict)
    life: Life = Life.LIVE
    turned: int = 0
    related: dict[str, int] = field(default_factory=dict)
    unrelated: dict[str, int] = field(default_factory=dict)

    def relate(self, other: str, number: int) -> bool:
        """Add a member or manager; tell whether it was none."""
        if other in self.related:
            return False
        self.related[other] = number
        self.unrelated.pop(other, None)
        return True

    def unrelate(self, other: str, number: int) -> bool:
        """Remove a member or manager; tell whether it was one."""
        if self.related.pop(other, None) is None:
            return False
        self.unrelated[other] = number
        return True

    def forget(self, other: str) -> None:
        """Lose a member or manager without any number: no delta will tell it."""
        self.related.pop(other, None)
        self.unrelated.pop(other, None)


@dataclass(slots=True)
class Principal:
    """A service principal: an enterprise application as a customer's tenant has it."""

    id: str
    app_id: str
    name: str
    roles: list[dict[str, object]] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """Return it as Graph shows it."""
        return {
            "id": self.id,
            "appId": self.app_id,
            "displayName": self.name,
            "appDisplayName": self.name,
            "accountEnabled": True,
            "appRoleAssignmentRequired": True,
            "servicePrincipalType": "Application",
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
            "appRoles": self.roles,
        }
