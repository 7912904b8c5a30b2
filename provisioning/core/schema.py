"""What the schemas say of each attribute (RFC 7643, sections 2.2, 4 and 7; Genesys Cloud).

One line an attribute: its name, its type, and what differs from the RFC's defaults (single-valued,
case ignored, optional, readWrite, not unique). Attributes that no line names have the defaults.
Nothing a target sends is refused by these tables: they decide how values are compared and written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from provisioning.core.attribute_path import AttributePath
from provisioning.core.json_values import as_object, elements, is_list
from provisioning.core.resource import Kind, Value
from provisioning.core.urns import ENTERPRISE_USER, GENESYS_USER


class Type(StrEnum):
    """Data types of RFC 7643, section 2.3, but for REFERENCE.

    Here that is the id of another resource: `manager`, `members` and `groups`, which the RFC calls
    complex, and their `value`. The RFC's references to anything else are texts for us.
    """

    STRING = "string"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE_TIME = "dateTime"
    REFERENCE = "reference"
    COMPLEX = "complex"
    BINARY = "binary"


class Mutability(StrEnum):
    """Who may write the attribute, and when."""

    READ_ONLY = "readOnly"
    READ_WRITE = "readWrite"
    IMMUTABLE = "immutable"
    WRITE_ONLY = "writeOnly"


class Uniqueness(StrEnum):
    """How far the value is unique."""

    NONE = "none"
    SERVER = "server"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Characteristics:
    """The characteristics of RFC 7643, section 7, with its defaults."""

    type: Type = Type.STRING
    multi_valued: bool = False
    case_exact: bool = False
    required: bool = False
    mutability: Mutability = Mutability.READ_WRITE
    uniqueness: Uniqueness = Uniqueness.NONE
    plain: str = "value"
    """The sub-attribute that a value without any stands for, such as a role's name."""


_COMMON: Final = """
schemas               string     multi exact required
id                    string     exact readOnly server
externalId            string     exact
meta                  complex    readOnly
meta.resourceType     string     exact readOnly
meta.created          dateTime   readOnly
meta.lastModified     dateTime   readOnly
meta.location         string     exact readOnly
meta.version          string     exact readOnly
"""

_USER: Final = """
userName              string     required server
name                  complex
profileUrl            string     exact
password              string     exact writeOnly
active                boolean
emails                complex    multi
emails.primary        boolean
phoneNumbers          complex    multi
phoneNumbers.primary  boolean
ims                   complex    multi
ims.primary           boolean
photos                complex    multi
photos.value          string     exact
photos.primary        boolean
addresses             complex    multi
addresses.primary     boolean
groups                reference  multi readOnly
groups.value          reference  exact readOnly
groups.$ref           string     exact readOnly
groups.display        string     readOnly
groups.type           string     readOnly
entitlements          complex    multi
entitlements.primary  boolean
roles                 complex    multi
roles.primary         boolean
x509Certificates      complex    multi
x509Certificates.value   binary  exact
x509Certificates.primary boolean
"""

_GROUP: Final = """
displayName           string     required
members               reference  multi
members.value         reference  exact immutable
members.$ref          string     exact immutable
members.type          string     immutable
"""

# division and dateHire are Genesys Cloud's additions to the RFC's schema.
_ENTERPRISE: Final = """
manager               reference
manager.value         reference  exact
manager.$ref          string     exact
manager.displayName   string     readOnly
dateHire              dateTime
"""

_GENESYS: Final = """
routingSkills                  complex multi plain:name
routingSkills.name             string  exact
routingSkills.proficiency      decimal
routingLanguages               complex multi plain:name
routingLanguages.name          string  exact
routingLanguages.proficiency   decimal
externalIds                    complex multi
externalIds.authority          string
externalIds.value              string  exact
"""

Choice = TypeVar("Choice", Mutability, Uniqueness)

DEFAULT: Final = Characteristics()
"""What RFC 7643, section 2.2, says of an attribute that says nothing of itself."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,300}")
_FLAGS: Final = frozenset({"multi", "exact", "required"})


def table(lines: Iterable[str], urn: str = "") -> dict[str, Characteristics]:
    """Characteristics by name in lower case, from lines of a name, a type and what differs."""
    prefix = f"{urn}:".lower() if urn else ""
    rows = (line.split() for line in lines)
    return {f"{prefix}{name}".lower(): _row(kind, words) for name, kind, *words in rows}


def _row(kind: str, words: Collection[str]) -> Characteristics:
    rest = [word for word in words if word not in _FLAGS]
    return Characteristics(
        type=Type(kind),
        multi_valued="multi" in words,
        case_exact="exact" in words,
        required="required" in words,
        mutability=_chosen(rest, Mutability, DEFAULT.mutability),
        uniqueness=_chosen(rest, Uniqueness, DEFAULT.uniqueness),
        plain=next((word[6:] for word in rest if word.startswith("plain:")), DEFAULT.plain),
    )


def _table(lines: str, urn: str = "") -> dict[str, Characteristics]:
    return table(lines.strip().splitlines(), urn)


def _chosen(words: Collection[str], choices: type[Choice], otherwise: Choice) -> Choice:
    return next((choice for choice in choices if choice.value in words), otherwise)


_EXTENSIONS: Final = _table(_ENTERPRISE, ENTERPRISE_USER) | _table(_GENESYS, GENESYS_USER)
_TABLES: Final[Mapping[Kind, Mapping[str, Characteristics]]] = {
    Kind.USER: _table(_COMMON) | _table(_USER) | _EXTENSIONS,
    Kind.GROUP: _table(_COMMON) | _table(_GROUP),
}


@lru_cache(maxsize=4096)
def characteristics(path: AttributePath, kind: Kind) -> Characteristics:
    """What the schemas say of the attribute or sub-attribute that the path ends in."""
    return _TABLES[kind].get(name_of(path), DEFAULT)


def name_of(path: AttributePath) -> str:
    """The path's attribute or sub-attribute by its name in lower case, whichever value is meant."""
    name = f"{path.urn}:{path.attribute}" if path.urn else path.attribute
    return f"{name}.{path.sub}".lower() if path.sub is not None else name.lower()


def required_paths(kind: Kind, schemas: Collection[str] = ()) -> tuple[AttributePath, ...]:
    """What a resource must hold to be created; `schemas` are the extensions its target declares.

    Genesys Cloud also asks for a person's displayName (genesys-scim, 5.1).
    """
    name = AttributePath.parse("displayName")
    if kind is Kind.GROUP:
        return (name,)
    user_name = AttributePath.parse("userName")
    genesys = GENESYS_USER.lower() in {schema.lower() for schema in schemas}
    return (user_name, name) if genesys else (user_name,)


def is_reference(path: AttributePath, kind: Kind) -> bool:
    """Whether the path points to another resource of the target by its id."""
    return characteristics(path, kind).type is Type.REFERENCE


def as_typed(path: AttributePath, kind: Kind, value: Value) -> Value:
    """The value in the type and shape the schema gives the attribute, unchanged where it cannot be.

    Mappings compute texts; `"True"` becomes true, `"4.5"` a number, a role's name
    `[{"value": name}]`, a manager's id `{"value": id}`.
    """
    return typed(path, characteristics(path, kind), value)


def typed(path: AttributePath, rules: Characteristics, value: Value) -> Value:
    """As `as_typed`, by rules that are known already."""
    if rules.multi_valued and path.filter is None:
        return [_member(item, rules) for item in elements(value)]
    if rules.type is Type.REFERENCE and path.sub is None and not is_list(value):
        return dict(as_object(value)) or None
    return _scalar(value, rules.type) if isinstance(value, str) else value


def _member(item: Value, rules: Characteristics) -> Value:
    complex_valued = rules.type in (Type.COMPLEX, Type.REFERENCE)
    if complex_valued and not isinstance(item, Mapping) and item is not None:
        return {rules.plain: item}
    return dict(as_object(item)) if complex_valued else item


def _scalar(text: str, kind: Type) -> Value:
    match kind:
        case Type.BOOLEAN:
            return {"true": True, "false": False}.get(text.strip().lower(), text)
        case Type.DECIMAL:
            return float(text) if _NUMBER.fullmatch(text) else text
        case Type.INTEGER:
            return int(text) if _WHOLE.fullmatch(text) else text
        case _:
            return text
