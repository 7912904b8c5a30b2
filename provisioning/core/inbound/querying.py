"""What a list request asks: a filter, a page, and which attributes (RFC 7644, 3.4.2 and 3.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from provisioning.core.errors import FilterError
from provisioning.core.filter_tree import (
    And,
    Comparison,
    Complex,
    Filter,
    Not,
    Operator,
    Or,
)
from provisioning.core.filters import parse
from provisioning.core.inbound.discovery import MOST_RESULTS
from provisioning.core.inbound.refusals import Refusal
from provisioning.core.inbound.selection import Selection
from provisioning.core.json_values import elements, entry
from provisioning.core.resource import Value
from provisioning.core.urns import CORE_LOWER

LIST_RESPONSE: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@dataclass(frozen=True, slots=True)
class Query:
    """One list request; `start` counts from 1."""

    tree: Filter | None
    start: int
    count: int
    selection: Selection

    @classmethod
    def read(cls, said: Mapping[str, Value]) -> Query:
        """What the parameters ask, be they of an address or of a SearchRequest."""
        text = entry(said, "filter")
        return cls(
            _tree(text) if isinstance(text, str) and text.strip() else None,
            max(1, _number(entry(said, "startIndex"), 1)),
            min(MOST_RESULTS, max(0, _number(entry(said, "count"), MOST_RESULTS))),
            Selection.read(entry(said, "attributes"), entry(said, "excludedAttributes")),
        )

    def equal_to(self, attribute: str) -> str | None:
        """The text that every answer must have there, when the filter says so: an index finds it.

        Names are those of top attributes, such as `userName` or `externalId`.
        """
        terms = self.tree.terms if isinstance(self.tree, And) else (self.tree,)
        for one in terms:
            if isinstance(one, Comparison) and one.operator is Operator.EQ:
                name = one.name
                plain = name.sub is None and (name.urn is None or name.urn.lower() in CORE_LOWER)
                if plain and name.attribute.lower() == attribute.lower():
                    return one.literal if isinstance(one.literal, str) else None
        return None

    def asks_for(self, attribute: str) -> bool:
        """Whether the filter looks at this attribute."""
        return self.tree is not None and attribute.lower() in _names(self.tree)


def list_response(resources: Sequence[Value], total: int, start: int) -> dict[str, Value]:
    """One page of an answer."""
    return {
        "schemas": [LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def _tree(text: str) -> Filter:
    try:
        return parse(text)
    except FilterError as error:
        raise Refusal(400, error.message, "invalidFilter") from None


def _number(value: Value, otherwise: int) -> int:
    if isinstance(value, int):
        return value
    text = str(elements(value)[0]).strip() if elements(value) else ""
    if not text:
        return otherwise
    if not text.lstrip("-").isdecimal() or len(text) > 10:
        raise Refusal(400, "startIndex and count are whole numbers.", "invalidValue")
    return int(text)


def _names(tree: Filter) -> set[str]:
    match tree:
        case And(terms) | Or(terms):
            return set().union(*map(_names, terms))
        case Not(term):
            return _names(term)
        case Complex(name, _term):
            return {name.attribute.lower()}
    return {tree.name.attribute.lower()}
