"""Which rights an operation needs (genesys-scim 1): any one of its list."""

from __future__ import annotations

from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import gateway

_WRITE = (
    "directory:user:edit",
    "directory:user:setPassword",
    "authorization:grant:add",
    "authorization:grant:delete",
    "routing:skill:assign",
    "routing:language:assign",
    "telephony:extension:assign",
)
_NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("User", "POST"): ("directory:user:add", *_WRITE[2:]),
    ("User", "PUT"): _WRITE,
    ("User", "PATCH"): _WRITE,
    ("User", "DELETE"): ("directory:user:delete",),
    ("Group", "GET"): ("directory:group:edit",),
    ("Group", "PUT"): ("directory:group:edit",),
    ("Group", "PATCH"): ("directory:group:edit",),
}


def check_permission(personality: Personality, kind: str, method: str) -> None:
    """Refuse with 403 when the client holds none of the rights that are needed."""
    held = personality.values["permissions"]
    needed = _NEEDED.get((kind, method))
    if held == "all" or needed is None:
        return
    if not set(held.split("+")) & set(needed):
        raise gateway(403, f"Unable to perform the requested action. One of: {', '.join(needed)}.")
