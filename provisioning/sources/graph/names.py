"""Graph's property names and the directory's, which are those of Entra's provisioning.

`mobile` is Graph's `mobilePhone`, `telephoneNumber` the first of `businessPhones`, and so on. What
a mapping names that Graph does not know is not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from provisioning.core.resource import Value
from provisioning.sources.base import Part

_SAME = (
    "city companyName country department displayName employeeHireDate employeeId"
    " employeeLeaveDateTime employeeType externalUserState givenName jobTitle mail mailNickname"
    " onPremisesDistinguishedName onPremisesImmutableId onPremisesSamAccountName"
    " onPremisesSyncEnabled onPremisesUserPrincipalName otherMails postalCode preferredLanguage"
    " proxyAddresses state streetAddress surname usageLocation userPrincipalName userType"
    " accountEnabled"
)
_OTHER = {
    "mobile": "mobilePhone",
    "telephoneNumber": "businessPhones",
    "physicalDeliveryOfficeName": "officeLocation",
    "facsimileTelephoneNumber": "faxNumber",
    "division": "employeeOrgData",
    "costCenter": "employeeOrgData",
}
_EXTENSIONS = tuple(f"extensionAttribute{number}" for number in range(1, 16))
_ON_PREMISES = "onPremisesExtensionAttributes"
_DIRECTORY_EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w{1,100}")

_USERS: Mapping[str, str] = {
    **{name: name for name in _SAME.split(" ")},
    **_OTHER,
    **dict.fromkeys(_EXTENSIONS, _ON_PREMISES),
}
_GROUPS: Mapping[str, str] = {
    name: name
    for name in (
        "displayName",
        "description",
        "mail",
        "mailNickname",
        "securityEnabled",
        "mailEnabled",
        "groupTypes",
        "onPremisesSamAccountName",
    )
}
KNOWN = {Part.USERS: _USERS, Part.GROUPS: _GROUPS}
# Whatever is mapped, these are read: by them people are found, shown and told apart.
ALWAYS = {
    Part.USERS: (
        "displayName",
        "userPrincipalName",
        "mail",
        "accountEnabled",
        "userType",
        *_EXTENSIONS,
    ),
    Part.GROUPS: tuple(name for name in _GROUPS if name != "onPremisesSamAccountName"),
}


def read_names(part: Part, used: Iterable[str]) -> tuple[str, ...]:
    """The directory's names of what is read: always the same few, and whatever is used."""
    known = [name for name in sorted(used) if name in KNOWN[part] or _is_extension(part, name)]
    return tuple(dict.fromkeys([*ALWAYS[part], *known]))


def selection(part: Part, names: Iterable[str]) -> str:
    """The `$select` for these names; it also says what a delta tracks."""
    properties = dict.fromkeys(KNOWN[part].get(name, name) for name in names)
    related = "manager" if part is Part.USERS else "members"
    return ",".join(["id", *properties, related])


def attributes(part: Part, names: Iterable[str], item: Mapping[str, Any]) -> dict[str, Value]:
    """What an item says, in the directory's names; null and empty are None, absent is left out."""
    said: dict[str, Value] = {}
    for name in names:
        held = KNOWN[part].get(name, name)
        if held in item:
            said[name] = _value(name, held, item[held])
    return said


def _is_extension(part: Part, name: str) -> bool:
    return part is Part.USERS and _DIRECTORY_EXTENSION.fullmatch(name) is not None


def _value(name: str, held: str, value: Any) -> Value:
    if held in (_ON_PREMISES, "employeeOrgData"):
        value = value.get(name) if isinstance(value, dict) else None
    if held == "businessPhones":
        value = value[0] if isinstance(value, list) and value else None
    return None if value is None or value in ("", [], {}) else _plain(value)


def _plain(value: Any) -> Value:
    """Text without NUL, which no database keeps (W10)."""
    if isinstance(value, str):
        return value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, bool | int | float) else str(value)
