"""An entry as a person or group: names, values, states (directory-sources 1.2, 3.2, 8).

Attributes are asked for by name, so that photos and certificates stay where they are. A value that
is no text costs that attribute only. Of several values where one is expected the smallest counts,
so that an order that changes changes nobody (W23).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from provisioning.core.resource import Value
from provisioning.sources.base import Part
from provisioning.sources.ldap.connection import Entry
from provisioning.sources.ldap.server import Product, Server
from provisioning.sources.ldap.settings import LdapSettings

MEMBERS = ("member", "uniqueMember", "memberUid")
_MANAGER = "manager"
_DISABLED_FLAG = 0x2

_EVERYWHERE = {
    "givenName": ("givenName",),
    "surname": ("sn",),
    "mail": ("mail",),
    "jobTitle": ("title",),
    "mobile": ("mobile",),
    "telephoneNumber": ("telephoneNumber",),
    "physicalDeliveryOfficeName": ("physicalDeliveryOfficeName",),
    "city": ("l",),
    "state": ("st",),
    "postalCode": ("postalCode",),
    "country": ("c",),
    "preferredLanguage": ("preferredLanguage",),
    _MANAGER: ("manager",),
}
_INET = _EVERYWHERE | {
    "userPrincipalName": ("mail", "uid"),
    "displayName": ("displayName", "cn"),
    "department": ("departmentNumber", "ou"),
    "employeeId": ("employeeNumber",),
    "streetAddress": ("street",),
    "mailNickname": ("uid",),
}
_WINDOWS = _EVERYWHERE | {
    "userPrincipalName": ("userPrincipalName",),
    "displayName": ("displayName", "cn"),
    "department": ("department",),
    "employeeId": ("employeeID",),
    "streetAddress": ("streetAddress",),
    "mailNickname": ("mailNickname", "sAMAccountName"),
    "onPremisesSamAccountName": ("sAMAccountName",),
}
_GROUP = {"displayName": ("cn",), "description": ("description",), "mail": ("mail",)}
NAME = "distinguishedName"
_NOTHING: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """Which attributes a part carries, and which of the server's they come from, best first, in
    lower case as in an entry.
    """

    part: Part
    sources: Mapping[str, tuple[str, ...]]
    product: Product
    disabled_attribute: str = ""
    disabled_values: tuple[str, ...] = ()

    def wanted(self) -> tuple[str, ...]:
        """The names to ask the server for."""
        names = {name for several in self.sources.values() for name in several}
        if self.part is Part.USERS:
            names |= {self.disabled_attribute, _STATE.get(self.product, "")} - {""}
        return tuple(sorted(names))

    def attributes(self, entry: Entry) -> tuple[dict[str, Value], list[str]]:
        """What the entry says, None for absent, and the server's attributes that are no text."""
        said: dict[str, Value] = {NAME: entry.dn}
        unreadable: list[str] = []
        for name, several in self.sources.items():
            said[name] = None
            for attribute in several:
                value, readable = _text(entry.values.get(attribute, _NOTHING))
                if not readable:
                    unreadable.append(attribute)
                if value is not None:
                    said[name] = value
                    break
        if self.part is Part.USERS:
            said["accountEnabled"] = not self._is_disabled(entry)
        return said, unreadable

    def _is_disabled(self, entry: Entry) -> bool:
        state = entry.first(_STATE.get(self.product, ""))
        if self.product is Product.ACTIVE_DIRECTORY and state.lstrip("-").isdigit():
            return bool(int(state) & _DISABLED_FLAG)
        if self.product is Product.DS389 and state.lower() == "true":
            return True
        return self._is_marked(entry)

    def _is_marked(self, entry: Entry) -> bool:
        """By the attribute that the administrator named; without values, any value counts."""
        found = entry.values.get(self.disabled_attribute.lower(), [])
        if not self.disabled_values:
            return bool(found)
        values = {one.decode("utf-8", "replace").strip().casefold() for one in found}
        return not values.isdisjoint(one.casefold() for one in self.disabled_values)


_STATE = {Product.ACTIVE_DIRECTORY: "userAccountControl", Product.DS389: "nsAccountLock"}


def shape_of(server: Server, settings: LdapSettings, part: Part) -> Shape:
    """The default of the product with what the administrator said."""
    if part is not Part.USERS:
        return Shape(part, _lower(_GROUP), server.product)
    default = _WINDOWS if server.product is Product.ACTIVE_DIRECTORY else _INET
    own = {name: (attribute,) for name, attribute in settings.attributes.items()}
    return Shape(
        part,
        _lower({**default, **own}),
        server.product,
        settings.disabled_attribute,
        settings.disabled_values,
    )


def unreadable_reason(dn: str, attributes: list[str]) -> str:
    """The finding about an entry with values that are no text."""
    message = _("%(names)s of “%(dn)s” is no text and was left out.")
    return message % {"names": ", ".join(sorted(set(attributes))), "dn": dn[:120]}


def _lower(sources: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(one.lower() for one in several) for name, several in sources.items()}


def _text(values: Sequence[bytes]) -> tuple[str | None, bool]:
    """The smallest of the values that are text and not empty, and whether all were text."""
    if not values:
        return None, True
    found, readable = [], True
    for one in values:
        try:
            text = one.decode()
        except UnicodeDecodeError:
            readable = False
            continue
        if text.strip():
            found.append(text.replace("\x00", "\N{REPLACEMENT CHARACTER}"))
    return (min(found, default=None), readable)
