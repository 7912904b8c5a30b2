"""Which attributes a mapping may fill: what the mapping editor offers for one application.

A target that describes itself is believed; one that does not gets its template's list. Nothing is
mapped because of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.gallery import Template
from provisioning.core.resource import Kind
from provisioning.core.schema import Characteristics, Mutability, Type
from provisioning.core.target_schema import TargetSchema

MOST: Final = 150


@dataclass(frozen=True, slots=True)
class Offered:
    """One attribute, as a mapping names it, and what is known of it."""

    target: str
    rules: Characteristics


def offered(template: Template, published: TargetSchema, kind: Kind) -> list[Offered]:
    """The template's attributes that the target knows, then what else the target describes."""
    ours = [AttributePath.parse(name) for name in template.attributes[kind]]
    known = [path for path in ours if not published.lacks(path, kind)]
    paths = dict.fromkeys([*known, *_described(published, kind, known)])
    found = (Offered(str(path), published.rules(path, kind)) for path in paths)
    writable = (one for one in found if one.rules.mutability is not Mutability.READ_ONLY)
    return list(writable)[:MOST]


def _described(
    published: TargetSchema, kind: Kind, known: list[AttributePath]
) -> Iterator[AttributePath]:
    """What the template does not name: of a list each type that the target says it has."""
    named = {(path.urn, path.attribute.lower()) for path in known}
    holders: dict[str, tuple[Characteristics, list[str]]] = {}
    for name, types in published.published(kind):
        path = AttributePath.parse(name)
        rules = published.rules(path, kind)
        if path.sub is None:
            holders[name] = rules, types
            if (path.urn, path.attribute.lower()) not in named and not _has_parts(rules, types):
                yield path
            continue
        holder, types = holders[name[: -len(path.sub) - 1]]
        pointing = holder.type is Type.REFERENCE
        if pointing or holder.mutability is Mutability.READ_ONLY or path.sub in _DESCRIBING:
            continue
        if not holder.multi_valued:
            yield path
        elif types and path.sub == holder.plain:
            for one in types:
                yield AttributePath.parse(
                    f'{name[: -len(path.sub) - 1]}[type eq "{one}"].{path.sub}'
                )


_DESCRIBING: Final = frozenset({"type", "primary", "display", "$ref"})


def _has_parts(rules: Characteristics, types: list[str]) -> bool:
    """Whether not the attribute is mapped, but a part of it, or one of its values."""
    return rules.type is Type.COMPLEX and (not rules.multi_valued or bool(types))
