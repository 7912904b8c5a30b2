"""Turns a tree and the attributes of one person into a value: pure, total, within limits (T23)."""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.context import Context
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.expressions.limits import MAX_STEPS, weight
from provisioning.core.expressions.nodes import (
    Attribute,
    Call,
    Comparison,
    Keyword,
    Node,
)
from provisioning.core.expressions.values import compared
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop


class Evaluation:
    """One evaluation of one tree."""

    __slots__ = ("_attributes", "_steps", "_weighed", "context")

    def __init__(self, attributes: Mapping[str, Value], context: Context) -> None:
        self.context = context
        self._attributes = attributes
        self._weighed: set[str] = set()
        self._steps = 0

    def value(self, node: Node) -> Value:
        """The value of a node; `ExpressionError` at the node that has none."""
        value = self._computed(node)
        self.spend(1, node.position)
        return value

    def spend(self, steps: int, position: int) -> None:
        """Counts steps: one for each node, and for as much of a value as takes as long."""
        self._steps += steps
        if self._steps > MAX_STEPS:
            raise ExpressionError(
                gettext_noop("The expression takes more than %(limit)s steps for this person."),
                params={"limit": f"{MAX_STEPS:,}"},
                position=position,
                advice=gettext_noop("Use fewer or shorter values in one expression."),
            )

    def _computed(self, node: Node) -> Value:
        # Plain type tests, commonest first: structural patterns took twice the time (measured).
        if isinstance(node, Attribute):
            return self._read(node)
        if isinstance(node, Call):
            value = REGISTRY[node.name].run(Arguments(node, self))
            self.spend(weight(value, node.position), node.position)
            return value
        if isinstance(node, Comparison):
            left, right = self.value(node.left), self.value(node.right)
            return compared(node.operator, left, right, node.position)
        return node.name if isinstance(node, Keyword) else node.value

    def _read(self, node: Attribute) -> Value:
        """The attribute's value, which is weighed once however often it is read."""
        value = self._attributes.get(node.name)
        if node.name not in self._weighed:
            self.spend(weight(value, node.position), node.position)
            self._weighed.add(node.name)
        return value
