"""The mapping language: Entra's expressions, parsed once and evaluated for each person.

    parse('Join(" ", [givenName], [surname])').evaluate({"surname": "Ruiz"}, Context())

Parsing finds every mistake that does not depend on a person. Evaluation is pure: a value of JSON's
own types, or `ExpressionError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.context import Context
from provisioning.core.expressions.evaluator import Evaluation
from provisioning.core.expressions.functions import REGISTRY, Function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.limits import MAX_LENGTH
from provisioning.core.expressions.nodes import Attribute, Call, Node, printed, walk
from provisioning.core.expressions.parser import parse_tree
from provisioning.core.expressions.tracing import Step, Traced, Tracing
from provisioning.core.resource import Value

__all__ = ["Context", "Expression", "Step", "Traced", "parse"]


@dataclass(frozen=True)
class Expression:
    """One parsed expression. Printing it gives a text that parses to an equal expression."""

    tree: Node

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The names of all source attributes that can influence the value."""
        named = {node.name for node in walk(self.tree) if isinstance(node, Attribute)}
        return frozenset(named.union(*(function.reads for function in self._functions)))

    @cached_property
    def _functions(self) -> tuple[Function, ...]:
        called = {node.name: None for node in walk(self.tree) if isinstance(node, Call)}
        return tuple(REGISTRY[name] for name in called)

    @property
    def ignores_empty(self) -> bool:
        """Whether an empty result leaves the target alone, whatever the mapping says of it."""
        return isinstance(self.tree, Call) and self.tree.name == "IgnoreFlowIfNullOrEmpty"

    @cached_property
    def varies(self) -> bool:
        """Whether clock or chance decide: mapped *always*, the value changes in each cycle."""
        return any(function.varies for function in self._functions)

    @cached_property
    def redacts(self) -> bool:
        """Whether nobody but the application may see the value."""
        return any(function.name == "Redact" for function in self._functions)

    @property
    def gives_list(self) -> bool:
        """Whether the value is known to be a list."""
        return isinstance(self.tree, Call) and REGISTRY[self.tree.name].gives is Gives.LIST

    @property
    def selects_unique(self) -> bool:
        """Whether the value depends on which ones the application has already."""
        return isinstance(self.tree, Call) and self.tree.name == "SelectUniqueValue"

    def evaluate(self, attributes: Mapping[str, Value], context: Context) -> Value:
        """The value for one person; `ExpressionError` when there is none for these attributes."""
        return Evaluation(attributes, context).value(self.tree)

    def traced(self, attributes: Mapping[str, Value], context: Context) -> Traced:
        """As `evaluate`, with how the value comes about; an error is told, not raised."""
        tracing = Tracing(attributes, context)
        try:
            value = tracing.value(self.tree)
        except ExpressionError as error:
            return Traced(tuple(tracing.steps), error=error)
        return Traced(tuple(tracing.steps), value)

    def __str__(self) -> str:
        tidy = printed(self.tree)
        return tidy if len(tidy) <= MAX_LENGTH else printed(self.tree, space="")


def parse(text: str) -> Expression:
    """The expression a text spells; `ExpressionError` with its 0-based position and advice."""
    return Expression(parse_tree(text))
