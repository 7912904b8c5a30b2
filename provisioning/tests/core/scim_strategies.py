"""Random SCIM material for the property tests: names, filters, paths, resources."""

from __future__ import annotations

from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.filter_tree import (
    EQUALITY,
    TEXT_ONLY,
    And,
    AttributeName,
    Comparison,
    Complex,
    Filter,
    Literal,
    Not,
    Operator,
    Or,
    Present,
)
from provisioning.core.urns import ENTERPRISE_USER, GENESYS_USER

NAMES = st.sampled_from(
    ["a", "B", "not", "eq", "and", "pr", "true", "x-y", "Z_9", "value", "Value", "type", "primary"]
)
URNS = st.sampled_from([None, ENTERPRISE_USER, GENESYS_USER, "urn:example:ext:1.0:Person"])
TEXTS = st.text(max_size=30)
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
ATTRIBUTE_NAMES = st.builds(AttributeName, URNS, NAMES, st.none() | NAMES)


def _comparisons(operator: Operator) -> st.SearchStrategy[Comparison]:
    literals: st.SearchStrategy[Literal] = TEXTS
    if operator not in TEXT_ONLY:
        literals = st.one_of(literals, NUMBERS)
    if operator in EQUALITY:
        literals = st.one_of(literals, st.booleans(), st.none())
    return st.builds(Comparison, ATTRIBUTE_NAMES, st.just(operator), literals)


EXPRESSIONS = st.sampled_from(Operator).flatmap(_comparisons) | st.builds(Present, ATTRIBUTE_NAMES)


def _joined(terms: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(terms, min_size=2, max_size=3).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, terms)


INNER_FILTERS = st.recursive(EXPRESSIONS, _joined, max_leaves=4)
SELECTIONS = st.builds(Complex, st.builds(AttributeName, URNS, NAMES, st.none()), INNER_FILTERS)
FILTERS = st.recursive(EXPRESSIONS | SELECTIONS, _joined, max_leaves=8)
PATHS = st.builds(AttributePath, URNS, NAMES, st.none() | INNER_FILTERS, st.none() | NAMES)

LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
RESOURCES = st.dictionaries(NAMES, JSON, max_size=5)
