"""Application permissions: what each address needs, the least set first (directory-sources 2.1)."""

from __future__ import annotations

from collections.abc import Collection

from provisioning.simulator.graph.refusals import Refusal

_WIDE = "Directory.Read.All"
_NEEDED = (
    ("/directory/deletedItems/microsoft.graph.group", ("GroupMember.Read.All", "Group.Read.All")),
    ("/directory/deletedItems", ("User.Read.All",)),
    ("/users", ("User.Read.All",)),
    ("/groups", ("GroupMember.Read.All", "Group.Read.All")),
    ("/servicePrincipals", ("Application.Read.All",)),
)
ALL = frozenset(["User.Read.All", "GroupMember.Read.All", "Application.Read.All"])


def check_permission(path: str, held: Collection[str]) -> None:
    """Refuse unless one of the permissions that this address needs is held."""
    for start, needed in _NEEDED:
        if path.startswith(start):
            if not {*needed, _WIDE} & set(held):
                message = "Insufficient privileges to complete the operation."
                raise Refusal(403, "Authorization_RequestDenied", message)
            return
