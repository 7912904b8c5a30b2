"""Versions of resources: `meta.version`, the `ETag` header and `If-Match` (RFC 7644, 3.14).

Genesys writes the bare counter in `meta.version` and quotes it in the header; other servers keep
the header's form in both places.
"""

from __future__ import annotations

import re

from provisioning.core.resource import Resource

ENTITY_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e]*"')


def if_match(version: str | None) -> dict[str, str]:
    """The header that makes a write conditional; empty for a version no header can carry."""
    if not version:
        return {}
    tag = version if ENTITY_TAG.fullmatch(version) else f'"{version}"'
    return {"If-Match": tag} if ENTITY_TAG.fullmatch(tag) else {}


def with_version(resource: Resource, etag: str) -> Resource:
    """The resource, its version taken from the header where the body does not name one."""
    meta = resource.get("meta")
    known = meta if isinstance(meta, dict) else {}
    if known.get("version") or not ENTITY_TAG.fullmatch(etag):
        return resource
    return {**resource, "meta": {**known, "version": etag}}


def version_of(resource: Resource) -> str | None:
    """The version a resource carries, to be handed back with the next write."""
    meta = resource.get("meta")
    version = meta.get("version") if isinstance(meta, dict) else None
    return version if isinstance(version, str) and version else None
