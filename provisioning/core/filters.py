"""Filters of RFC 7644, section 3.4.2.2: read, judged, and built from a path and a value.

`equals` is the only place that makes a filter for the wire (threat T14): the value becomes a
JSON string, whatever it holds.
"""

from __future__ import annotations

from functools import lru_cache

from provisioning.core.attribute_path import AttributePath
from provisioning.core.filter_evaluation import holds
from provisioning.core.filter_tree import (
    And,
    AttributeName,
    Comparison,
    Complex,
    Filter,
    Literal,
    Operator,
)
from provisioning.core.resource import Kind, Resource
from provisioning.core.schema import characteristics
from provisioning.core.scim_grammar import parse_filter


@lru_cache(maxsize=1024)
def parse(text: str) -> Filter:
    """The filter that the text spells; FilterError, with its position, for any other text."""
    return parse_filter(text)


def evaluate(tree: Filter, resource: Resource, kind: Kind) -> bool:
    """Whether the resource satisfies the filter, texts compared as the schema says."""
    return holds(tree, resource, lambda name: _keeps_case(name, kind))


def equals(path: AttributePath, value: Literal) -> str:
    """The filter that finds the resources with this value there, and no others.

    A filtered path takes the value into its brackets, `emails[type eq "work" and value eq "x"]`,
    the form of the RFC and of Genesys Cloud.
    """
    if path.filter is None:
        name = AttributeName(path.urn, path.attribute, path.sub)
        return str(Comparison(name, Operator.EQ, value))
    inner = Comparison(AttributeName(None, path.sub or "value"), Operator.EQ, value)
    terms = path.filter.terms if isinstance(path.filter, And) else (path.filter,)
    return str(Complex(AttributeName(path.urn, path.attribute), And((*terms, inner))))


def _keeps_case(name: AttributeName, kind: Kind) -> bool:
    path = AttributePath(name.urn, name.attribute, None, name.sub)
    return characteristics(path, kind).case_exact
