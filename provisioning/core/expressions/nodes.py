"""The tree of an expression, and how it is printed so that it reads back as the same tree.

Every node knows the 0-based position of its first character; two nodes are equal wherever they
stand. A skipped argument is `None`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Comparator(StrEnum):
    """The comparison operators that conditions know (entra-provisioning 7.1)."""

    EQUAL = "="
    UNEQUAL = "<>"
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LESS = "<"
    LESS_OR_EQUAL = "<="


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str
    position: int = field(default=0, compare=False)

    def offset(self, character: int) -> int:
        """Where a character of the value stands in the expression, escapes counted."""
        return self.position + 1 + len(_escaped(self.value[:character]))


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number, decimal or `&H` hexadecimal, printed as it was written."""

    value: int | float
    spelling: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A bare word that some function knows, such as `vbTextCompare`."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A source attribute, `[mail]`."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared, in a condition only."""

    operator: Comparator
    left: Node
    right: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node | None, ...]
    position: int = field(default=0, compare=False)


Node: TypeAlias = Text | Number | Keyword | Attribute | Comparison | Call


def printed(node: Node, space: str = " ") -> str:
    """The text of a tree; without `space` it is never longer than what it was parsed from."""
    match node:
        case Text(value):
            return f'"{_escaped(value)}"'
        case Number(_, spelling):
            return spelling
        case Keyword(name):
            return name
        case Attribute(name):
            return f"[{name}]"
        case Comparison(operator, left, right):
            return f"{printed(left, space)}{space}{operator}{space}{printed(right, space)}"
    parts = ["" if part is None else printed(part, space) for part in node.arguments]
    return f"{node.name}({f',{space}'.join(parts)})"


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    children: tuple[Node | None, ...] = ()
    if isinstance(node, Call):
        children = node.arguments
    elif isinstance(node, Comparison):
        children = (node.left, node.right)
    for child in children:
        if child is not None:
            yield from walk(child)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
