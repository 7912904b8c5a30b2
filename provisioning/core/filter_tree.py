"""The filters of RFC 7644, section 3.4.2.2, as values, and how they are printed.

`str(filter)` is the only text of a filter that leaves this program: operators in lower case, texts
as JSON strings, parentheses only where the precedence (not, and, or) needs them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Literal: TypeAlias = "str | bool | int | float | None"
"""A value that a filter compares with."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Operator(StrEnum):
    """The comparisons of table 3."""

    EQ = "eq"
    NE = "ne"
    CO = "co"
    SW = "sw"
    EW = "ew"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


TEXT_ONLY = frozenset({Operator.CO, Operator.SW, Operator.EW})
EQUALITY = frozenset({Operator.EQ, Operator.NE})


@dataclass(frozen=True, slots=True, eq=False)
class AttributeName:
    """An attribute and its schema, perhaps a sub-attribute: `attrPath` of the grammar.

    Two names are equal whatever their case (RFC 7643, section 2.1).
    """

    urn: str | None
    attribute: str
    sub: str | None = None

    def __str__(self) -> str:
        prefix = f"{self.urn}:" if self.urn else ""
        suffix = f".{self.sub}" if self.sub else ""
        return f"{prefix}{self.attribute}{suffix}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AttributeName) and str(self).lower() == str(other).lower()

    def __hash__(self) -> int:
        return hash(str(self).lower())


@dataclass(frozen=True, slots=True)
class Present:
    """`pr`: the attribute has a value."""

    name: AttributeName

    def __str__(self) -> str:
        return f"{self.name} pr"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute against one literal."""

    name: AttributeName
    operator: Operator
    literal: Literal

    def __str__(self) -> str:
        return f"{self.name} {self.operator} {literal_text(self.literal)}"


@dataclass(frozen=True, slots=True)
class And:
    """Every term holds."""

    terms: tuple[Filter, ...]

    def __str__(self) -> str:
        return " and ".join(
            f"({term})" if isinstance(term, And | Or) else str(term) for term in self.terms
        )


@dataclass(frozen=True, slots=True)
class Or:
    """One term holds at least."""

    terms: tuple[Filter, ...]

    def __str__(self) -> str:
        return " or ".join(
            f"({term})" if isinstance(term, Or) else str(term) for term in self.terms
        )


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold."""

    term: Filter

    def __str__(self) -> str:
        return f"not ({self.term})"


@dataclass(frozen=True, slots=True)
class Complex:
    """`emails[…]`: one value of a multi-valued attribute for which the inner filter holds."""

    name: AttributeName
    term: Filter

    def __str__(self) -> str:
        return f"{self.name}[{self.term}]"


Filter: TypeAlias = "Present | Comparison | And | Or | Not | Complex"


def literal_text(literal: Literal) -> str:
    """The literal as JSON, so that no text can end its quotes (T14).

    Letters of any script stay readable; only half characters, which UTF-8 cannot carry, are not.
    """
    text = json.dumps(literal, ensure_ascii=False)
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", text)
