"""How a value came about: each piece of an expression, innermost first."""

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
    """One piece that was evaluated: where it stands, what it gave, or why it gave nothing.

    `inputs` are the values it asked for, literals too, in the order in which it asked.
    """

    node: Node
    depth: int = 0
    value: Value = None
    error: ExpressionError | None = None
    inputs: tuple[Value, ...] = ()

    @property
    def text(self) -> str:
        """The piece as it is written."""
        return printed(self.node)

    @property
    def position(self) -> int:
        """Where the piece stands in the expression, from 0."""
        return self.node.position


@dataclass(frozen=True, slots=True)
class Traced:
    """A value, or the error that stands in its place, with the steps that led to it.

    One evaluation gives all of it: what is told is what was computed, chance and clock included.
    """

    steps: tuple[Step, ...] = ()
    value: Value = None
    error: ExpressionError | None = None


class Tracing(Evaluation):
    """An evaluation that keeps its steps. Literals are no steps, nor is a branch not taken."""

    __slots__ = ("_depth", "_inputs", "steps")

    def __init__(self, attributes: Mapping[str, Value], context: Context) -> None:
        super().__init__(attributes, context)
        self._depth = 0
        self._inputs: dict[int, tuple[Node, Value]] = {}
        self.steps: list[Step] = []

    def value(self, node: Node) -> Value:
        """The value of a node, kept as a step; an error is one too, once, where it arose."""
        around, self._inputs = self._inputs, {}
        before = len(self.steps)
        try:
            value = self._stepped(node)
        finally:
            self._inputs = around
        if id(node) in around:
            del self.steps[before:]  # BitAnd looks twice: it is told once
        around[id(node)] = node, value
        return value

    def _stepped(self, node: Node) -> Value:
        if not isinstance(node, Attribute | Call | Comparison):
            return super().value(node)
        depth = self._depth
        self._depth += 1
        try:
            value = super().value(node)
        except ExpressionError as error:
            if not (self.steps and self.steps[-1].error is error):
                self._step(node, depth, error=error)
            raise
        finally:
            self._depth = depth
        self._step(node, depth, value)
        return value

    def _step(
        self, node: Node, depth: int, value: Value = None, error: ExpressionError | None = None
    ) -> None:
        inputs = tuple(given for _node, given in self._inputs.values())
        self.steps.append(Step(node, depth, value, error, inputs))
