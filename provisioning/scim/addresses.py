"""The addresses of resources below a Tenant URL, built only here (threats T14 and T15).

Every value is percent-encoded as one piece: a filter cannot leave its parameter, and an id that a
target made up cannot leave its path segment.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from provisioning.core.errors import ObjectRejected
from provisioning.core.resource import Kind
from provisioning.core.wording import gettext_noop
from provisioning.scim.tenant_url import TenantUrl

ENDPOINTS = {Kind.USER: "Users", Kind.GROUP: "Groups"}
LONGEST_ID = 255


def collection(base: TenantUrl, kind: Kind, query: Iterable[tuple[str, str]] = ()) -> str:
    """The address of all resources of a kind; spaces become %20, which every server reads."""
    return document(base, ENDPOINTS[kind]) + _query(query)


def resource(
    base: TenantUrl, kind: Kind, identity: str, query: Iterable[tuple[str, str]] = ()
) -> str:
    """The address of one resource; ObjectRejected for an id that no address can carry."""
    return f"{document(base, ENDPOINTS[kind])}/{_segment(identity)}" + _query(query)


def document(base: TenantUrl, name: str) -> str:
    """The address of a discovery document or a collection."""
    return f"{base}/{name}"


def _segment(identity: str) -> str:
    if not _is_usable(identity):
        raise ObjectRejected(
            gettext_noop("The application gave the account an id that cannot be used."),
            advice=gettext_noop("Ask the application's vendor: the id is empty, too long or odd."),
        )
    return quote(identity, safe="")


def _is_usable(identity: str) -> bool:
    if not 0 < len(identity) <= LONGEST_ID or identity in (".", ".."):
        return False
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in identity)


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    text = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    return f"?{text}" if text else ""
