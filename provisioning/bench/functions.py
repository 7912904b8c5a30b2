"""What one evaluation costs: each function with the example that its documentation gives."""

from __future__ import annotations

from provisioning.bench.measure import microseconds
from provisioning.core.expressions import parse
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.expressions.functions.registry import EXAMPLE_CONTEXT, Example

PERSON = {"userPrincipalName": "John.Doe@contoso.com"}


def floor() -> float:
    """Microseconds of what no evaluation can do without: read a value, and make another of it."""
    return microseconds(lambda: PERSON["userPrincipalName"].lower())


def cost(example: Example) -> float:
    """Microseconds of one evaluation of an expression that was parsed before."""
    expression = parse(example.expression)
    return microseconds(lambda: expression.evaluate(example.attributes, EXAMPLE_CONTEXT))


def costs() -> dict[str, float]:
    """Every function of the language."""
    return {name: cost(function.examples[0]) for name, function in REGISTRY.items()}
