"""The properties of people and groups that the tenant knows, and what a read shows of them.

Without `$select` only the default properties come back, `accountEnabled` not among them
(learn.microsoft.com/graph/api/resources/user).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

USER = "user"
GROUP = "group"
RELATIONS = {USER: "manager", GROUP: "members"}
COLLECTIONS = {USER: "users", GROUP: "groups"}


def _words(text: str) -> list[str]:
    return text.split()


_TEXTS = _words(
    "city companyName country department displayName employeeId employeeType externalUserState"
    " faxNumber givenName jobTitle mail mailNickname mobilePhone officeLocation"
    " onPremisesDistinguishedName onPremisesImmutableId onPremisesSamAccountName"
    " onPremisesUserPrincipalName postalCode preferredLanguage state streetAddress surname"
    " usageLocation userPrincipalName userType"
)
_MOMENTS = _words(
    "createdDateTime deletedDateTime employeeHireDate employeeLeaveDateTime"
    " lastPasswordChangeDateTime onPremisesLastSyncDateTime"
)
_LISTS = ["businessPhones", "imAddresses", "otherMails", "proxyAddresses"]

KNOWN: Mapping[str, frozenset[str]] = {
    USER: frozenset(
        [
            "id",
            *_TEXTS,
            *_MOMENTS,
            *_LISTS,
            "accountEnabled",
            "employeeOrgData",
            "onPremisesExtensionAttributes",
            "onPremisesSyncEnabled",
        ]
    ),
    GROUP: frozenset(
        _words(
            "id createdDateTime deletedDateTime description displayName groupTypes mail mailEnabled"
            " mailNickname membershipRule onPremisesSamAccountName onPremisesSyncEnabled"
            " proxyAddresses securityEnabled visibility"
        )
    ),
}
DEFAULT: Mapping[str, tuple[str, ...]] = {
    USER: tuple(
        _words(
            "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation"
            " preferredLanguage surname userPrincipalName id"
        )
    ),
    GROUP: tuple(
        _words(
            "createdDateTime description displayName groupTypes id mail mailEnabled mailNickname"
            " onPremisesSyncEnabled proxyAddresses securityEnabled visibility"
        )
    ),
}
_NEVER_NULL = frozenset(["businessPhones", "groupTypes", "imAddresses", "proxyAddresses"])
_EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w+")


def is_known(kind: str, name: str) -> bool:
    """Tell whether objects of this kind can have the property; directory extensions are some."""
    return name in KNOWN[kind] or _EXTENSION.fullmatch(name) is not None


def shown(properties: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """Return the selected properties as a plain read shows them: what is not set is null."""
    found: dict[str, object] = {}
    for name in names:
        found[name] = properties.get(name, [] if name in _NEVER_NULL else None)
    return found


def ever_set(properties: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """Return the selected properties as a delta shows them: what was never set is absent."""
    return {name: properties[name] for name in names if name in properties}
