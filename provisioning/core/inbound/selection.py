"""`attributes` and `excludedAttributes`: which part of a resource is answered (RFC 7644, 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import AttributePathError
from provisioning.core.inbound.refusals import invalid_path
from provisioning.core.json_values import elements, entry, spelling
from provisioning.core.resource import Resource, Value
from provisioning.core.urns import SPELLING

_ALWAYS: Final = ("schemas", "id")


@dataclass(frozen=True, slots=True)
class Selection:
    """Names in lower case: `wanted` are answered alone, `unwanted` left out; both empty: all."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @classmethod
    def read(cls, wanted: Value, unwanted: Value) -> Selection:
        """What two parameters name, each a text with commas or a list."""
        return cls(_listed(wanted), () if _listed(wanted) else _listed(unwanted))

    def includes(self, attribute: str) -> bool:
        """Whether any part of a top attribute is answered."""
        name = attribute.lower()
        if self.wanted:
            return any(one == name or one.startswith(f"{name}.") for one in self.wanted)
        return name not in self.unwanted

    def of(self, resource: Resource) -> dict[str, Value]:
        """The part of the resource that is answered."""
        if self.wanted:
            return self._only(resource)
        rest = dict(resource)
        for name in self.unwanted:
            if name not in _ALWAYS:
                rest = _removed(rest, name)
        return rest

    def _only(self, resource: Resource) -> dict[str, Value]:
        part = {name: resource[name] for name in _ALWAYS if name in resource}
        for name in self.wanted:
            part = _joined(part, name, resource)
        return part


def _listed(value: Value) -> tuple[str, ...]:
    texts = [part for item in elements(value) for part in str(item).split(",")]
    return tuple(text.strip().lower() for text in texts if text.strip())


def _removed(resource: dict[str, Value], name: str) -> dict[str, Value]:
    if (key := spelling(resource, name)) is not None:
        return {other: value for other, value in resource.items() if other != key}
    return _path(name).remove(resource)


def _joined(part: dict[str, Value], name: str, resource: Resource) -> dict[str, Value]:
    if (key := spelling(resource, name)) is not None:
        return {**part, key: resource[key]}
    if name in SPELLING:
        return part
    path = _path(name)
    whole = AttributePath(path.urn, path.attribute)
    held = whole.get(resource)
    if held is None:
        return part
    place = spelling(resource, path.attribute) if path.urn is None else None
    spelled = AttributePath(path.urn, place or path.attribute)
    return spelled.set(part, held if path.sub is None else _subs(held, path.sub))


def _subs(held: Value, sub: str) -> Value:
    """Of a complex value, or of each of several, one sub-attribute."""
    if isinstance(held, Mapping):
        return _one_sub(held, sub)
    return [_one_sub(item, sub) for item in elements(held) if isinstance(item, Mapping)]


def _one_sub(item: Mapping[str, Value], sub: str) -> Value:
    return {spelling(item, sub) or sub: entry(item, sub)}


def _path(name: str) -> AttributePath:
    try:
        return AttributePath.parse(name)
    except AttributePathError as error:
        raise invalid_path(f"{name[:200]}: {error.message}") from None
