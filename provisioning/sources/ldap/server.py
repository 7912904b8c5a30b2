"""Which server this is, and what it calls ids, people and groups (directory-sources 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from provisioning.sources.base import Part
from provisioning.sources.ldap.connection import Connection, Entry

ROOT = (
    *("objectClass", "vendorName", "supportedControl", "supportedCapabilities", "namingContexts"),
    *("dsServiceName", "highestCommittedUSN"),
)
SYNCHRONISATION = "1.3.6.1.4.1.4203.1.9.1.1"
_ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800"

_PEOPLE = "(objectClass=inetOrgPerson)"
_GROUPS = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))"


class Product(StrEnum):
    """Servers that differ in what we ask of them."""

    ACTIVE_DIRECTORY = "Active Directory"
    OPENLDAP = "OpenLDAP"
    DS389 = "389 Directory Server"
    OTHER = "LDAP"


@dataclass(frozen=True, slots=True)
class Server:
    """What one server calls things. `stamp` is the attribute that grows with every change."""

    product: Product
    id_attribute: str
    stamp: str
    synchronises: bool
    user_filter: str = _PEOPLE
    group_filter: str = _GROUPS
    # Which of several servers, and since which restore: numbers of changes are its own.
    identity: str = ""

    def id_of(self, entry: Entry) -> str:
        """The immutable id of an entry as text; empty when the server did not tell it."""
        found = entry.values.get(self.id_attribute.lower(), [])
        if not found:
            return ""
        if self.product is Product.ACTIVE_DIRECTORY:
            return _guid(found[0])
        return found[0].decode("ascii", "replace").strip()

    def id_of_uuid(self, uuid: str) -> str:
        """The same id from how a synchronisation names it."""
        if self.product is not Product.DS389:
            return uuid
        digits = uuid.replace("-", "")
        return "-".join(digits[start : start + 8] for start in range(0, 32, 8))


def recognise(connection: Connection) -> Server:
    """The server behind the connection, by what it says of itself."""
    root = connection.read("", ROOT) or Entry("", {})
    controls = _texts(root, "supportedControl")
    if _ACTIVE_DIRECTORY in _texts(root, "supportedCapabilities"):
        return _active_directory(connection, root)
    if "OpenLDAProotDSE" in _texts(root, "objectClass"):
        return Server(Product.OPENLDAP, "entryUUID", "entryCSN", SYNCHRONISATION in controls)
    if "389" in root.first("vendorName"):
        stamp = "modifyTimestamp"
        return Server(Product.DS389, "nsUniqueId", stamp, SYNCHRONISATION in controls)
    return Server(Product.OTHER, "entryUUID", "modifyTimestamp", SYNCHRONISATION in controls)


def _active_directory(connection: Connection, root: Entry) -> Server:
    service = root.first("dsServiceName")
    settings = connection.read(service, ("invocationId",)) if service else None
    invocation = settings.values.get("invocationid", [b""])[0].hex() if settings else ""
    return Server(
        Product.ACTIVE_DIRECTORY,
        "objectGUID",
        "uSNChanged",
        synchronises=False,
        user_filter="(&(objectCategory=person)(objectClass=user))",
        group_filter="(objectCategory=group)",
        identity=f"{service} {invocation}",
    )


def filter_of(server: Server, part: Part, said: Mapping[Part, str]) -> str:
    """What an administrator said for a part, else the server's default."""
    default = server.user_filter if part is Part.USERS else server.group_filter
    return said.get(part) or default


def _guid(octets: bytes) -> str:
    """16 bytes with the first three fields little-endian."""
    return str(UUID(bytes_le=octets)) if len(octets) == 16 else ""


def _texts(entry: Entry, name: str) -> set[str]:
    return {one.decode("utf-8", "replace") for one in entry.values.get(name.lower(), [])}
