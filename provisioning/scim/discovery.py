"""What a target says of itself, turned into its passport (RFC 7643, sections 5 and 8.5).

Read by Test Connection, never by a cycle. A declaration only ever takes abilities away: that a
server claims to enforce something proves nothing.
"""

from __future__ import annotations

from dataclasses import replace

from provisioning.core.resource import Resource, Value
from provisioning.scim.quirks import Quirks


def passport(quirks: Quirks, config: Resource) -> Quirks:
    """The quirks of a template, narrowed by a ServiceProviderConfig."""
    return replace(
        quirks,
        page_size=_page_size(quirks.page_size, config),
        patch_supported=quirks.patch_supported and _supported(config, "patch"),
        filter_supported=quirks.filter_supported and _supported(config, "filter"),
        etag=quirks.etag and _supported(config, "etag"),
    )


def authentication_schemes(config: Resource) -> tuple[str, ...]:
    """The types of authentication a target names, for the advice of Test Connection."""
    schemes = config.get("authenticationSchemes")
    if not isinstance(schemes, list):
        return ()
    types = (scheme.get("type") for scheme in schemes if isinstance(scheme, dict))
    return tuple(name for name in types if isinstance(name, str))


def publishes(schemas: list[Resource], urn: str) -> bool:
    """True when one of the published schemas is the one with this URN."""
    return any(str(schema.get("id", "")).lower() == urn.lower() for schema in schemas)


def _supported(config: Resource, feature: str) -> bool:
    """What the target declares; silence is taken as yes, because many leave it out."""
    declared = _feature(config, feature).get("supported")
    return declared is not False and str(declared).lower() != "false"


def _page_size(wanted: int, config: Resource) -> int:
    most = _feature(config, "filter").get("maxResults")
    if isinstance(most, int) and not isinstance(most, bool) and most > 0:
        return min(wanted, most)
    return wanted


def _feature(config: Resource, name: str) -> dict[str, Value]:
    feature = config.get(name)
    return feature if isinstance(feature, dict) else {}
