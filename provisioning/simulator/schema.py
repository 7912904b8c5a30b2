"""Attributes with the characteristics of RFC 7643 section 7, found by name without regard to case.

A `Definition` is what one kind of resource is made of: a core schema and its extensions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Document = dict[str, object]


@dataclass(frozen=True)
class Attribute:
    """One attribute or sub-attribute; `subs` are those of a complex one."""

    name: str
    type: str = "string"
    multi_valued: bool = False
    required: bool = False
    mutability: str = "readWrite"
    returned: str = "default"
    uniqueness: str = "none"
    case_exact: bool = False
    canonical: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subs: tuple[Attribute, ...] = ()
    by_name: Mapping[str, Attribute] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the sub-attributes by name."""
        object.__setattr__(self, "by_name", {sub.name.lower(): sub for sub in self.subs})

    def sub(self, name: str) -> Attribute | None:
        """Return the sub-attribute of that name, or None."""
        return self.by_name.get(name.lower())

    def as_document(self) -> Document:
        """Return the attribute as the Schemas endpoint writes it (RFC 7643 section 7)."""
        document: Document = {
            "name": self.name,
            "type": self.type,
            "multiValued": self.multi_valued,
            "description": self.name,
            "required": self.required,
            "mutability": self.mutability,
            "returned": self.returned,
        }
        if self.type in ("string", "reference", "binary"):
            document["caseExact"] = self.case_exact
            document["uniqueness"] = self.uniqueness
        if self.canonical:
            document["canonicalValues"] = list(self.canonical)
        if self.references:
            document["referenceTypes"] = list(self.references)
        if self.subs:
            document["subAttributes"] = [sub.as_document() for sub in self.subs]
        return document


@dataclass(frozen=True)
class Schema:
    """A named set of attributes."""

    id: str
    name: str
    attributes: tuple[Attribute, ...]
    by_name: Mapping[str, Attribute] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the attributes by name."""
        by_name = {attribute.name.lower(): attribute for attribute in self.attributes}
        object.__setattr__(self, "by_name", by_name)


@dataclass(frozen=True)
class Definition:
    """A kind of resource: what it is called, where it lives and what it is made of."""

    kind: str
    endpoint: str
    core: Schema
    extensions: tuple[Schema, ...] = ()
    bare_extensions: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)

    def extension(self, urn: str) -> Schema | None:
        """Return the extension with that URN, or None."""
        wanted = urn.lower()
        return next((schema for schema in self.extensions if schema.id.lower() == wanted), None)

    def find(self, name: str) -> tuple[str | None, Attribute] | None:
        """Return where a name without URN lives and what it is: (extension URN or None, it)."""
        name = self.aliases.get(name.lower(), name)
        attribute = COMMON.get(name.lower()) or self.core.by_name.get(name.lower())
        if attribute is not None:
            return None, attribute
        if self.bare_extensions:
            for schema in self.extensions:
                if name.lower() in schema.by_name:
                    return schema.id, schema.by_name[name.lower()]
        return None


def text(
    name: str,
    *,
    required: bool = False,
    mutability: str = "readWrite",
    canonical: tuple[str, ...] = (),
    case_exact: bool = False,
) -> Attribute:
    """Return a string attribute."""
    return Attribute(
        name,
        required=required,
        mutability=mutability,
        canonical=canonical,
        case_exact=case_exact,
    )


def flag(name: str) -> Attribute:
    """Return a boolean attribute."""
    return Attribute(name, type="boolean")


def reference(name: str, *types: str, mutability: str = "readWrite") -> Attribute:
    """Return a reference to resources of these types."""
    return Attribute(
        name, type="reference", references=types, mutability=mutability, case_exact=True
    )


def complex_of(name: str, *subs: Attribute) -> Attribute:
    """Return a complex attribute with one value."""
    return Attribute(name, type="complex", subs=subs)


def many(name: str, *subs: Attribute, mutability: str = "readWrite") -> Attribute:
    """Return a complex attribute with many values."""
    return Attribute(name, type="complex", multi_valued=True, subs=subs, mutability=mutability)


COMMON: Mapping[str, Attribute] = {
    "schemas": Attribute("schemas", type="reference", multi_valued=True, returned="always"),
    "id": Attribute(
        "id", mutability="readOnly", returned="always", uniqueness="server", case_exact=True
    ),
    "externalid": Attribute("externalId", case_exact=True),
    "meta": Attribute(
        "meta",
        type="complex",
        mutability="readOnly",
        subs=(
            Attribute("resourceType", mutability="readOnly", case_exact=True),
            Attribute("created", type="dateTime", mutability="readOnly"),
            Attribute("lastModified", type="dateTime", mutability="readOnly"),
            Attribute("location", type="reference", mutability="readOnly", case_exact=True),
            Attribute("version", mutability="readOnly", case_exact=True),
        ),
    ),
}
