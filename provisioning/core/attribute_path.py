"""Attribute paths (RFC 7644, section 3.10): where a value stands in a resource.

`emails[type eq "work"].value` reads, writes and takes away one value of a resource that is a plain
JSON object. Names, URNs and filter texts ignore case; a resource keeps its own spelling. Nothing is
changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from provisioning.core.errors import AttributePathError
from provisioning.core.filter_evaluation import holds
from provisioning.core.filter_tree import (
    And,
    AttributeName,
    Comparison,
    Filter,
    Literal,
    Operator,
)
from provisioning.core.json_values import (
    as_object,
    elements,
    entry,
    is_list,
    replaced,
)
from provisioning.core.resource import Resource, Value
from provisioning.core.scim_grammar import parse_path
from provisioning.core.urns import CORE_LOWER, SPELLING
from provisioning.core.wording import gettext_noop

_DESCRIBING: Final = frozenset({"primary", "display", "type", "$ref"})
"""Sub-attributes that describe a value; alone they are no value worth keeping."""


@dataclass(frozen=True, slots=True, eq=False)
class AttributePath:
    """One attribute, one sub-attribute, or one value of a multi-valued attribute.

    A core URN is dropped, since its attributes sit at the top of the resource; other known URNs
    get their published spelling.
    """

    urn: str | None
    attribute: str
    filter: Filter | None = None
    sub: str | None = None
    discriminators: Mapping[str, Literal] | None = field(init=False, repr=False)
    _texts: Mapping[str, str] | None = field(init=False, repr=False)
    _text: str = field(init=False, repr=False)
    _key: str = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "urn", _published(self.urn))
        object.__setattr__(self, "discriminators", _discriminators(self.filter))
        object.__setattr__(self, "_texts", _folded_texts(self.discriminators))
        # A path is spelled and looked up many times for each person.
        object.__setattr__(self, "_text", self._spelled())
        object.__setattr__(self, "_key", self._text.lower())
        object.__setattr__(self, "_hash", hash(self._key))

    @classmethod
    def parse(cls, text: str) -> AttributePath:
        """The path that the text spells; AttributePathError, with its position, for any other."""
        return _parsed(text)

    def __str__(self) -> str:
        return self._text

    def _spelled(self) -> str:
        prefix = f"{self.urn}:" if self.urn else ""
        brackets = f"[{self.filter}]" if self.filter is not None else ""
        suffix = f".{self.sub}" if self.sub else ""
        return f"{prefix}{self.attribute}{brackets}{suffix}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AttributePath) and self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    def get(self, resource: Resource) -> Value:
        """The value there, None when there is none.

        Of several values that the filter selects, the first counts; without a filter, a
        sub-attribute of a list is read from its primary value, else from its first.
        """
        value = self.read_attribute(resource)
        if value is None:
            return None
        if self.filter is not None:
            value = next((item for item in elements(value) if self.selects(item)), None)
        elif self.sub is not None and is_list(value):
            values = elements(value)
            value = values[_leading(values)] if values else None
        if self.sub is None or value is None:
            return value
        return entry(as_object(value), self.sub)

    def read_attribute(self, resource: Resource) -> Value:
        """The whole attribute that the path leads into, all values of it."""
        if self.urn is None:
            return entry(resource, self.attribute)
        extension = entry(resource, self.urn)
        return entry(extension, self.attribute) if isinstance(extension, Mapping) else None

    def set(self, resource: Resource, value: Value) -> dict[str, Value]:
        """The resource with the value there; None takes away.

        Every value that the filter selects is set, as RFC 7644, section 3.5.2.3 has it. When it
        selects none and is made of `eq` terms, the value is created with them; any other filter
        cannot say what to create and raises AttributePathError.
        """
        if value is None:
            return self.remove(resource)
        return self._rewritten(resource, lambda old: self._written(old, value))

    def remove(self, resource: Resource) -> dict[str, Value]:
        """The resource with nothing there, and without a value of which nothing else is left."""
        return self._rewritten(resource, self._emptied)

    def selects(self, item: Value) -> bool:
        """Whether the filter holds for this value of a multi-valued attribute."""
        if self._texts is not None and isinstance(item, dict):
            return all(_is_text(item, name, text) for name, text in self._texts.items())
        return self.filter is None or holds(self.filter, as_object(item), _is_exact)

    def new_element(self, value: Value) -> dict[str, Value]:
        """The value that `set` creates when the filter selects none."""
        if self.discriminators is None:
            raise AttributePathError(
                gettext_noop(
                    "%(path)s selects no value, and its filter does not say what to create."
                ),
                params={"path": str(self)},
                advice=gettext_noop('Use a filter of eq terms only, such as [type eq "work"].'),
            )
        own = as_object(value) if self.sub is None else {self.sub: value}
        return {**self.discriminators, **own}

    def is_husk(self, element: Mapping[str, Value]) -> bool:
        """Whether the element holds nothing but what selects or describes it."""
        selecting = {name.lower() for name in self.discriminators or {}}
        return all(
            value is None or name.lower() in _DESCRIBING | selecting
            for name, value in element.items()
        )

    def _rewritten(self, resource: Resource, rewrite: Callable[[Value], Value]) -> dict[str, Value]:
        if self.urn is None:
            return replaced(resource, self.attribute, rewrite(entry(resource, self.attribute)))
        held = entry(resource, self.urn)
        extension = held if isinstance(held, Mapping) else {}
        written = replaced(extension, self.attribute, rewrite(entry(extension, self.attribute)))
        return replaced(resource, self.urn, written or None)

    def _written(self, old: Value, value: Value) -> Value:
        if self.filter is None:
            return self._written_plainly(old, value)
        values = elements(old)
        if not any(self.selects(item) for item in values):
            return [*values, self.new_element(value)]
        return [self._element_with(item, value) if self.selects(item) else item for item in values]

    def _written_plainly(self, old: Value, value: Value) -> Value:
        if self.sub is None:
            return value
        if not is_list(old):
            return replaced(as_object(old), self.sub, value)
        values = elements(old) or [None]
        leading = _leading(values)
        values[leading] = replaced(as_object(values[leading]), self.sub, value)
        return values

    def _element_with(self, item: Value, value: Value) -> Value:
        if self.sub is None:
            return {**(self.discriminators or {}), **as_object(value)}
        return replaced(as_object(item), self.sub, value)

    def _emptied(self, old: Value) -> Value:
        if self.sub is None and self.filter is None:
            return None
        if self.filter is None and not is_list(old):
            return replaced(as_object(old), self.sub or "", None) or None
        kept = [self._element_without(item) for item in elements(old)]
        return [item for item in kept if item is not None] or None

    def _element_without(self, item: Value) -> Value:
        if not self.selects(item):
            return item
        if self.sub is None:
            return None
        element = replaced(as_object(item), self.sub, None)
        return None if self.is_husk(element) else element


@lru_cache(maxsize=4096)
def _parsed(text: str) -> AttributePath:
    return AttributePath(*parse_path(text))


def _published(urn: str | None) -> str | None:
    if urn is None or urn.lower() in CORE_LOWER:
        return None
    return SPELLING.get(urn.lower(), urn)


def _discriminators(tree: Filter | None) -> Mapping[str, Literal] | None:
    """What a value selected by the filter must hold, when the filter is `eq` terms and no more."""
    terms = tree.terms if isinstance(tree, And) else (tree,)
    found: dict[str, Literal] = {}
    for term in terms:
        if not isinstance(term, Comparison) or term.operator is not Operator.EQ:
            return None
        name, literal = term.name.attribute, term.literal
        if name in found or literal is None or term.name.sub or term.name.urn:
            return None
        found[name] = _as_flag(literal) if name.lower() == "primary" else literal
    return found


def _as_flag(literal: Literal) -> Literal:
    """Entra writes `roles[primary eq "True"]`; what is created must hold a boolean."""
    return {"true": True, "false": False}.get(str(literal).lower(), literal)


def _folded_texts(discriminators: Mapping[str, Literal] | None) -> Mapping[str, str] | None:
    """The common filter, texts that ignore case, prepared: judging it is most of a `get`."""
    texts = {
        name: literal.casefold()
        for name, literal in (discriminators or {}).items()
        if isinstance(literal, str) and name.lower() != "value"
    }
    return texts if texts and texts.keys() == (discriminators or {}).keys() else None


def _is_text(item: Mapping[str, Value], name: str, text: str) -> bool:
    value = entry(item, name)
    return isinstance(value, str) and (value == text or value.casefold() == text)


def _is_exact(name: AttributeName) -> bool:
    """`members[value eq "…"]` names an id, and ids keep their case; types and authorities not."""
    return (name.sub or name.attribute).lower() == "value"


def _leading(values: list[Value]) -> int:
    """The place of the primary value, else the first."""
    for place, value in enumerate(values):
        if isinstance(value, Mapping) and entry(value, "primary") is True:
            return place
    return 0
