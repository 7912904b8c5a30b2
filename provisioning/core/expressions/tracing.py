"""How a value came about: each piece of an expression with what it gave, innermost first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.context import Context
from provisioning.core.expressions.evaluator import Evaluation
from provisioning.core.expressions.nodes import Attribute, Call, Comparison, Node, printed
from provisioning.core.resource import Value


@dataclass(frozen=True, slots=True)
class Step:
    """One piece that was evaluated: where it stands, what it gave, or why it gave nothing."""

    text: str
    position: int
    depth: int
    value: Value = None
    error: ExpressionError | None = None


class Tracing(Evaluation):
    """An evaluation that keeps its steps. Literals are no steps, nor is a branch not taken."""

    __slots__ = ("_depth", "steps")

    def __init__(self, attributes: Mapping[str, Value], context: Context) -> None:
        super().__init__(attributes, context)
        self._depth = 0
        self.steps: list[Step] = []

    def value(self, node: Node) -> Value:
        """The value of a node, kept as a step; an error is one too, once, where it arose."""
        if not isinstance(node, Attribute | Call | Comparison):
            return super().value(node)
        depth = self._depth
        self._depth += 1
        try:
            value = super().value(node)
        except ExpressionError as error:
            if not (self.steps and self.steps[-1].error is error):
                self.steps.append(Step(printed(node), node.position, depth, error=error))
            raise
        finally:
            self._depth = depth
        self.steps.append(Step(printed(node), node.position, depth, value))
        return value
