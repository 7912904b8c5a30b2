"""The schemas that the inbound service declares, a line an attribute (RFC 7643, 4 to 8.7).

After the name and the type stands what differs from the defaults, in the words of
`provisioning.core.schema`, and: `always`, `never` or `request` (when it is returned), `one-of:A|B`
(canonical values), `to:A|B` (what a reference points to).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from provisioning.core.resource import Kind
from provisioning.core.schema import Characteristics, table
from provisioning.core.urns import CORE_GROUP, CORE_USER, ENTERPRISE_USER

CONFIG_SCHEMA: Final = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
TYPE_SCHEMA: Final = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA_SCHEMA: Final = "urn:ietf:params:scim:schemas:core:2.0:Schema"

_PLURAL: Final = "value string|display string|type string|primary boolean"
_OWN_WORDS: Final = ("always", "never", "request")

_USER: Final = """
userName string required server
name complex
name.formatted string
name.familyName string
name.givenName string
name.middleName string
name.honorificPrefix string
name.honorificSuffix string
displayName string
nickName string
profileUrl reference exact to:external
title string
userType string
preferredLanguage string
locale string
timezone string
active boolean
emails complex multi plural
phoneNumbers complex multi plural
addresses complex multi
addresses.formatted string
addresses.streetAddress string
addresses.locality string
addresses.region string
addresses.postalCode string
addresses.country string
addresses.type string
addresses.primary boolean
entitlements complex multi plural
roles complex multi plural
groups complex multi readOnly
groups.value string exact readOnly
groups.$ref reference exact readOnly to:Group
groups.display string readOnly
"""

_ENTERPRISE: Final = """
employeeNumber string
costCenter string
organization string
division string
department string
manager complex
manager.value string exact
manager.displayName string
"""

_GROUP: Final = """
displayName string required
members complex multi
members.value string exact immutable
members.$ref reference exact immutable to:User|Group
members.type string immutable one-of:User|Group
"""

_CONFIG: Final = """
documentationUri reference exact readOnly to:external
patch complex required readOnly
patch.supported boolean required readOnly
bulk complex required readOnly
bulk.supported boolean required readOnly
bulk.maxOperations integer required readOnly
bulk.maxPayloadSize integer required readOnly
filter complex required readOnly
filter.supported boolean required readOnly
filter.maxResults integer required readOnly
changePassword complex required readOnly
changePassword.supported boolean required readOnly
sort complex required readOnly
sort.supported boolean required readOnly
etag complex required readOnly
etag.supported boolean required readOnly
authenticationSchemes complex multi required readOnly
authenticationSchemes.type string required readOnly
authenticationSchemes.name string required readOnly
authenticationSchemes.description string required readOnly
authenticationSchemes.specUri reference exact readOnly to:external
authenticationSchemes.primary boolean readOnly
"""

_TYPE: Final = """
name string required readOnly
description string readOnly
endpoint reference exact required readOnly to:uri
schema reference exact required readOnly to:uri
schemaExtensions complex multi readOnly
schemaExtensions.schema reference exact required readOnly to:uri
schemaExtensions.required boolean required readOnly
"""

_ATTRIBUTES_OF_SCHEMAS: Final = """
{0}.name string exact required readOnly
{0}.type string exact required readOnly
{0}.multiValued boolean required readOnly
{0}.description string readOnly
{0}.required boolean readOnly
{0}.canonicalValues string multi exact readOnly
{0}.caseExact boolean readOnly
{0}.mutability string exact readOnly
{0}.returned string exact readOnly
{0}.uniqueness string exact readOnly
{0}.referenceTypes string multi exact readOnly
"""

_SCHEMA: Final = (
    "name string required readOnly\ndescription string readOnly\n"
    "attributes complex multi required readOnly\n"
    + _ATTRIBUTES_OF_SCHEMAS.format("attributes").strip()
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute or sub-attribute as it is declared."""

    name: str
    rules: Characteristics
    returned: str = "default"
    canonical: tuple[str, ...] = ()
    points_to: tuple[str, ...] = ()
    subs: dict[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    """One schema: its URN and its attributes by their names in lower case."""

    urn: str
    name: str
    lines: str

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """The tree that the lines describe."""
        tree: dict[str, Attribute] = {}
        for line in _spelled_out(self.lines):
            name, _, sub = line.split()[0].partition(".")
            if sub:
                tree[name.lower()].subs[sub.lower()] = _attribute(sub, line)
            else:
                tree[name.lower()] = _attribute(name, line)
        return tree


USER: Final = Schema(CORE_USER, "User", _USER)
GROUP: Final = Schema(CORE_GROUP, "Group", _GROUP)
ENTERPRISE: Final = Schema(ENTERPRISE_USER, "EnterpriseUser", _ENTERPRISE)
SCHEMAS: Final = (
    USER,
    GROUP,
    ENTERPRISE,
    Schema(CONFIG_SCHEMA, "ServiceProviderConfig", _CONFIG),
    Schema(TYPE_SCHEMA, "ResourceType", _TYPE),
    Schema(SCHEMA_SCHEMA, "Schema", _SCHEMA),
)
CORE: Final = {Kind.USER: USER, Kind.GROUP: GROUP}
EXTENSIONS: Final = {Kind.USER: {ENTERPRISE_USER.lower(): ENTERPRISE}, Kind.GROUP: {}}


def _spelled_out(lines: str) -> Iterator[str]:
    """The lines, with the four sub-attributes of RFC 7643, 2.4, where a line says `plural`."""
    for line in lines.strip().splitlines():
        name = line.split()[0]
        if not line.endswith(" plural"):
            yield line
            continue
        yield line.removesuffix(" plural")
        for sub in _PLURAL.split("|"):
            yield f"{name}.{sub}"


def _attribute(name: str, line: str) -> Attribute:
    _name, *words = line.split()
    own = [word for word in words if word in _OWN_WORDS or ":" in word]
    plain = [word for word in words if word not in own]
    return Attribute(
        name,
        table([" ".join([name, *plain])])[name.lower()],
        next((word for word in own if word in _OWN_WORDS), "default"),
        _listed(own, "one-of:"),
        _listed(own, "to:"),
    )


def _listed(words: list[str], prefix: str) -> tuple[str, ...]:
    found = next((word for word in words if word.startswith(prefix)), "")
    return tuple(found.removeprefix(prefix).split("|")) if found else ()
