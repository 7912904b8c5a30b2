"""Whether a filter of RFC 7644, section 3.4.2.2, holds for a resource, for any resource at all.

An attribute of the wrong type never matches; nothing raises. Ordering compares numbers, instants
when both sides are ISO 8601 times, and texts otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from provisioning.core.filter_tree import (
    And,
    AttributeName,
    Complex,
    Filter,
    Literal,
    Not,
    Operator,
    Or,
    Present,
)
from provisioning.core.json_values import as_object, elements, entry, is_unassigned
from provisioning.core.resource import Resource, Value
from provisioning.core.urns import CORE_LOWER

CaseRule: TypeAlias = Callable[[AttributeName], bool]
"""Says whether the texts of an attribute keep their case when compared."""

_ORDER: Final[Mapping[Operator, Callable[[int], bool]]] = {
    Operator.EQ: lambda sign: sign == 0,
    Operator.GT: lambda sign: sign > 0,
    Operator.GE: lambda sign: sign >= 0,
    Operator.LT: lambda sign: sign < 0,
    Operator.LE: lambda sign: sign <= 0,
}


def holds(tree: Filter, resource: Resource, exact: CaseRule) -> bool:
    """Whether the resource, or the value of a multi-valued attribute, satisfies the filter."""
    match tree:
        case And(terms):
            return all(holds(term, resource, exact) for term in terms)
        case Or(terms):
            return any(holds(term, resource, exact) for term in terms)
        case Not(term):
            return not holds(term, resource, exact)
        case Complex(name, term):
            inner = _inside(name, exact)
            return any(holds(term, as_object(item), inner) for item in found(name, resource))
        case Present(name):
            return any(not is_unassigned(item) for item in found(name, resource))
    values = found(tree.name, resource)
    return _compares(values, tree.operator, tree.literal, exact(tree.name))


def found(name: AttributeName, resource: Resource) -> list[Value]:
    """Every value the name addresses; lists are opened, as the RFC has it for multi-values."""
    container: Value = resource
    if name.urn is not None and name.urn.lower() not in CORE_LOWER:
        container = entry(resource, name.urn)
    if not isinstance(container, Mapping):
        return []
    values = elements(entry(container, name.attribute))
    if name.sub is None:
        return values
    return [deep for item in values for deep in elements(entry(as_object(item), name.sub))]


def _inside(name: AttributeName, exact: CaseRule) -> CaseRule:
    return lambda inner: exact(AttributeName(name.urn, name.attribute, inner.attribute))


def _compares(values: list[Value], comparison: Operator, literal: Literal, exact: bool) -> bool:
    if comparison is Operator.NE:
        return not _compares(values, Operator.EQ, literal, exact)
    if literal is None:
        return all(is_unassigned(value) for value in values)
    return any(_one_compares(_scalar(value), comparison, literal, exact) for value in values)


def _scalar(value: Value) -> Literal:
    """A complex value stands for its `value` (RFC 7643, section 2.4)."""
    plain = entry(value, "value") if isinstance(value, Mapping) else value
    return plain if isinstance(plain, str | int | float) else None


def _one_compares(value: Literal, comparison: Operator, literal: Literal, exact: bool) -> bool:
    if isinstance(value, bool) or isinstance(literal, bool):
        return comparison is Operator.EQ and _as_text(value) == _as_text(literal)
    if isinstance(value, str) and isinstance(literal, str):
        return _texts_compare(value, comparison, literal, exact)
    if isinstance(value, int | float) and isinstance(literal, int | float):
        return _ORDER[comparison]((value > literal) - (value < literal))
    return False


def _as_text(value: Literal) -> str:
    """Servers that answer "True" for true are common enough to be understood."""
    return str(value).lower()


def _texts_compare(value: str, comparison: Operator, literal: str, exact: bool) -> bool:
    if not exact:
        value, literal = value.casefold(), literal.casefold()
    match comparison:
        case Operator.EQ:
            return value == literal
        case Operator.CO:
            return literal in value
        case Operator.SW:
            return value.startswith(literal)
        case Operator.EW:
            return value.endswith(literal)
    return _ORDER[comparison](_sign(value, literal))


def _sign(value: str, literal: str) -> int:
    """-1, 0 or 1: by time when both sides are instants, by letters otherwise."""
    moment, other = _instant(value), _instant(literal)
    if moment is not None and other is not None:
        return (moment > other) - (moment < other)
    return (value > literal) - (value < literal)


def _instant(text: str) -> datetime | None:
    """The moment a text with date, time and offset names; an offset-less one has none."""
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
