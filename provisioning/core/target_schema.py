"""What a target says of its own attributes at `/Schemas` and `/ResourceTypes`, read with distrust.

Everything is bounded and nothing of it is shown but names, types and canonical values that look
like names (RFC 7643, sections 6 and 7). The stored form is a list of lines for each kind, a line an
attribute, as the tables of `schema` have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import AttributePathError
from provisioning.core.json_values import elements, is_list
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import (
    Characteristics,
    Mutability,
    Type,
    Uniqueness,
    characteristics,
    name_of,
    table,
)
from provisioning.core.urns import CORE_GROUP, CORE_USER

MOST: Final = 400
"""Attributes and sub-attributes that are kept of one kind."""
MOST_SCHEMAS: Final = 50
MOST_TYPES: Final = 20

_NAME: Final = re.compile(r"[A-Za-z$][A-Za-z0-9_$-]{0,63}")
_CORE: Final = {Kind.USER: CORE_USER, Kind.GROUP: CORE_GROUP}
_COMMON: Final = frozenset({"id", "externalid", "meta", "schemas"})
"""Attributes of every resource, which no schema names (RFC 7643, section 3.1)."""
_WORDS: Final = frozenset(
    str(word) for word in (*Mutability, *Uniqueness) if word not in ("readWrite", "none")
)


@dataclass(frozen=True, slots=True)
class TargetSchema:
    """The attributes of people and groups at one target; empty where it does not tell."""

    lines: Mapping[Kind, Sequence[str]] = field(default_factory=dict)
    _tables: Mapping[Kind, Mapping[str, Characteristics]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tables = {kind: table(lines) for kind, lines in self.lines.items()}
        object.__setattr__(self, "_tables", tables)

    @classmethod
    def stored(cls, document: object) -> TargetSchema:
        """What `as_document` gave; nothing is known from anything else."""
        if not isinstance(document, Mapping):
            return UNKNOWN
        return cls({kind: document[kind] for kind in Kind if document.get(kind)})

    def as_document(self) -> dict[str, list[str]]:
        """JSON, to be kept with the connection."""
        return {kind.value: list(lines) for kind, lines in self.lines.items()}

    def lacks(self, path: AttributePath, kind: Kind) -> bool:
        """Whether the target has a schema of this kind that does not know the attribute."""
        known = self._tables.get(kind, {})
        attribute = name_of(AttributePath(path.urn, path.attribute))
        return bool(known) and attribute not in known and attribute not in _COMMON

    def rules(self, path: AttributePath, kind: Kind) -> Characteristics:
        """What is true of the attribute: the target's word first, ours where it has none.

        That an attribute points to another resource is ours to know: the RFC calls it complex.
        """
        ours = characteristics(path, kind)
        theirs = self._tables.get(kind, {}).get(name_of(path))
        if theirs is None:
            return ours
        return replace(theirs, type=ours.type) if ours.type is Type.REFERENCE else theirs

    def published(self, kind: Kind) -> Iterator[tuple[str, list[str]]]:
        """Each attribute and sub-attribute in its own spelling, with its canonical types."""
        for line in self.lines.get(kind, ()):
            name, _, *words = line.split()
            types = next((word[6:] for word in words if word.startswith("types:")), "")
            yield name, types.split(",") if types else []


UNKNOWN: Final = TargetSchema()
"""Of a target that was not asked, or publishes nothing."""


def read_schemas(schemas: Sequence[Resource], resource_types: Sequence[Resource]) -> TargetSchema:
    """The attributes that the documents describe; what is no description is passed over."""
    by_id = {_text(one.get("id")).lower(): one for one in reversed(schemas[:MOST_SCHEMAS])}
    lines = {}
    for kind, core in _CORE.items():
        found: dict[str, str] = {}
        for urn in [core, *_extensions(kind, resource_types, by_id)]:
            prefix = "" if urn == core else f"{urn}:"
            for name, line in _attributes(by_id.get(urn.lower(), {}), prefix):
                found.setdefault(name.lower(), line)
        if found:
            lines[kind] = list(found.values())[:MOST]
    return TargetSchema(lines)


def _extensions(
    kind: Kind, resource_types: Sequence[Resource], by_id: Mapping[str, Resource]
) -> Iterator[str]:
    """The extensions its resource type names; without one, the schemas named after the kind."""
    types = [
        one
        for one in resource_types[:MOST_SCHEMAS]
        if _text(one.get("schema")).lower() == _CORE[kind].lower()
    ]
    if not types:
        ending = f":{kind.value}"
        yield from (
            _text(one.get("id"))
            for name, one in by_id.items()
            if name.endswith(ending) and name != _CORE[kind].lower()
        )
    for one in types:
        for extension in _objects(one.get("schemaExtensions"), MOST_SCHEMAS):
            yield _text(extension.get("schema"))


def _attributes(schema: Resource, prefix: str) -> Iterator[tuple[str, str]]:
    """One line for each attribute, followed by those of its sub-attributes; nothing is deeper."""
    for one in _objects(schema.get("attributes"), MOST):
        name = _named(one, prefix)
        if name is None:
            continue
        subs = [sub for sub in _objects(one.get("subAttributes"), MOST) if _named(sub, "")]
        yield name, _line(name, one, subs)
        for sub in subs:
            below = f"{name}.{sub['name']}"
            yield below, _line(below, sub, [])


def _named(attribute: Resource, prefix: str) -> str | None:
    name = _text(attribute.get("name"))
    if not _NAME.fullmatch(name):
        return None
    try:
        AttributePath.parse(f"{prefix}{name}")
    except AttributePathError:
        return None
    return f"{prefix}{name}"


def _line(name: str, attribute: Resource, subs: Sequence[Resource]) -> str:
    words = [name, _type(attribute.get("type"))]
    flags = (("multiValued", "multi"), ("caseExact", "exact"), ("required", "required"))
    words += [word for key, word in flags if attribute.get(key) is True]
    words += [
        word
        for key in ("mutability", "uniqueness")
        if (word := _text(attribute.get(key))) in _WORDS
    ]
    parts = {_text(sub.get("name")).lower(): sub for sub in reversed(subs)}
    if subs and "value" not in parts:
        words.append(f"plain:{subs[0]['name']}")
    types = _canonical(parts.get("type", {}).get("canonicalValues"))
    return " ".join([*words, f"types:{','.join(types)}"] if types else words)


def _type(value: Value) -> str:
    """References of the RFC are texts for us, as long as they are not ours to follow."""
    known = isinstance(value, str) and value in {one.value for one in Type}
    return str(value) if known and value != Type.REFERENCE else Type.STRING.value


def _canonical(values: Value) -> list[str]:
    names = (one for one in elements(values) if isinstance(one, str) and _NAME.fullmatch(one))
    return list(dict.fromkeys(names))[:MOST_TYPES]


def _objects(value: Value, most: int) -> Iterable[Resource]:
    listed = elements(value) if is_list(value) else []
    return [one for one in listed[:most] if isinstance(one, Mapping)]


def _text(value: Value) -> str:
    return value if isinstance(value, str) and len(value) <= 256 else ""
