"""Whether a resource fits a filter (RFC 7644 3.4.2.2); case counts where the schema says so."""

from __future__ import annotations

from datetime import UTC, datetime

from provisioning.simulator.filters import Comparison, Element, Literal, Logical, Negation, Node
from provisioning.simulator.schema import Attribute, Document


def matches(node: Node, document: Document) -> bool:
    """Tell whether the document, a resource or one element of an attribute, fits."""
    match node:
        case Logical("and", left, right):
            return matches(left, document) and matches(right, document)
        case Logical(_, left, right):
            return matches(left, document) or matches(right, document)
        case Negation(inner):
            return not matches(inner, document)
        case Element(target, inner):
            held = target.container(document).get(target.attribute.name)
            elements = held if isinstance(held, list) else [held]
            return any(matches(inner, item) for item in elements if isinstance(item, dict))
        case _:
            return _compare(node, document)


def equalities(node: Node) -> dict[str, Literal] | None:
    """Return what an element must hold to fit a filter of `eq` and `and`; None for others."""
    match node:
        case Comparison(target, "eq", value):
            return {target.attribute.name: value}
        case Logical("and", left, right):
            first, second = equalities(left), equalities(right)
            return None if first is None or second is None else {**first, **second}
        case _:
            return None


def comparable(attribute: Attribute, value: object) -> object:
    """Return the value as it is compared: without case unless the attribute is case-exact."""
    if attribute.type == "dateTime" and isinstance(value, str):
        return _moment(value)
    if isinstance(value, str) and not attribute.case_exact:
        return value.casefold()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value


def _compare(node: Comparison, document: Document) -> bool:
    values = node.target.values(document)
    if node.operator == "pr":
        return bool(values)
    if node.value is None:
        return (node.operator == "eq") is not bool(values)
    leaf = node.target.leaf
    wanted = comparable(leaf, node.value)
    if not values:
        return node.operator == "ne"
    return any(_holds(node.operator, comparable(leaf, value), wanted) for value in values)


def _holds(operator: str, value: object, wanted: object) -> bool:
    if operator in ("eq", "ne"):
        return (value == wanted) is (operator == "eq")
    if isinstance(value, str) and isinstance(wanted, str):
        return _holds_for_text(operator, value, wanted)
    if isinstance(value, float) and isinstance(wanted, float):
        return _ordered(operator, value - wanted)
    if isinstance(value, datetime) and isinstance(wanted, datetime):
        return _ordered(operator, (value - wanted).total_seconds())
    return False


def _holds_for_text(operator: str, value: str, wanted: str) -> bool:
    match operator:
        case "co":
            return wanted in value
        case "sw":
            return value.startswith(wanted)
        case "ew":
            return value.endswith(wanted)
        case _:
            return _ordered(operator, (value > wanted) - (value < wanted))


def _ordered(operator: str, difference: float) -> bool:
    match operator:
        case "gt":
            return difference > 0
        case "ge":
            return difference >= 0
        case "lt":
            return difference < 0
        case "le":
            return difference <= 0
        case _:
            return False


def _moment(text: str) -> datetime | str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
