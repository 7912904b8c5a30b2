"""Turns a tree and the attributes of one person into a value: pure, total, within limits (T23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.expressions.limits import MAX_STEPS, bounded
from provisioning.core.expressions.nodes import (
    Attribute,
    Call,
    Comparison,
    Keyword,
    Node,
    Number,
    Text,
)
from provisioning.core.expressions.values import compared
from provisioning.core.resource import Value


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may know besides the attributes. Time is handed in, never read."""

    now: datetime | None = None


class Evaluation:
    """One evaluation of one tree."""

    __slots__ = ("_attributes", "_steps", "context")

    def __init__(self, attributes: Mapping[str, Value], context: Context) -> None:
        self.context = context
        self._attributes = attributes
        self._steps = 0

    def value(self, node: Node) -> Value:
        """The value of a node; `ExpressionError` at the node that has none."""
        match node:
            case Attribute(name, position):
                value = bounded(self._attributes.get(name), position)
            case Text(value, position) | Number(value, _, position) | Keyword(value, position):
                pass
            case Comparison(operator, left, right, position):
                value = compared(operator, self.value(left), self.value(right), position)
            case Call(name, _, position):
                value = bounded(REGISTRY[name].run(Arguments(node, self.value)), position)
        self._spend(value, node.position)
        return value

    def _spend(self, value: Value, position: int) -> None:
        """Each node is a step, and so is each element of a list that it hands on."""
        self._steps += 1 + (len(value) if isinstance(value, list | tuple) else 0)
        if self._steps > MAX_STEPS:
            raise ExpressionError(
                f"The expression takes more than {MAX_STEPS:,} steps for this person.",
                position=position,
                advice="Use fewer or shorter lists in one expression.",
            )
