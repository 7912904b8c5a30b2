"""Which resource a path means: the versioned and the unversioned family, in any spelling of case.

Only the shape of a path is judged here; whether a method is allowed is `scim.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from provisioning.simulator.personality import Personality

VERSIONED = "/api/v2/scim/v2"
UNVERSIONED = "/api/v2/scim"

_ENDPOINTS = {
    "Users": "User",
    "Groups": "Group",
    "ServiceProviderConfig": "ServiceProviderConfig",
    "ResourceTypes": "ResourceType",
    "Schemas": "Schema",
    ".search": "Search",
    "Bulk": "Bulk",
    "Me": "Me",
}
_ANY_CASE = {name.lower(): kind for name, kind in _ENDPOINTS.items()}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes; `kind` is empty when the path means nothing."""

    family: str
    kind: str
    identifier: str | None = None


def find_route(path: str, personality: Personality) -> Route | None:
    """Return where a path leads, or None when it is outside SCIM."""
    any_case = personality.is_set("path_case", "insensitive")
    compared = path.lower() if any_case else path
    family = _family(compared, personality)
    if family is None:
        return None
    segments = [unquote(part) for part in path[len(family) :].split("/") if part]
    if not segments or len(segments) > 2:
        return Route(family, "")
    known = _ANY_CASE if any_case else _ENDPOINTS
    kind = known.get(segments[0].lower() if any_case else segments[0], "")
    return Route(family, kind, segments[1] if len(segments) == 2 else None)


def _family(path: str, personality: Personality) -> str | None:
    families = (VERSIONED, UNVERSIONED) if personality.genesys else (VERSIONED,)
    for family in families:
        if path == family or path.startswith(f"{family}/"):
            return family
    return None
