"""The schema names of RFC 7643 and 7644, and of Genesys Cloud, spelled once."""

from __future__ import annotations

from typing import Final

CORE_USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_USER: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GENESYS_USER: Final = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"
PATCH_OP: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

CORE_LOWER: Final = frozenset({CORE_USER.lower(), CORE_GROUP.lower()})
"""The schemas whose attributes sit at the top of a resource (RFC 7643, section 3.3)."""

SPELLING: Final = {
    urn.lower(): urn for urn in (CORE_USER, CORE_GROUP, ENTERPRISE_USER, GENESYS_USER)
}
"""The published spelling of the known schemas, by their names in lower case."""
