"""Filters of RFC 7644 3.4.2.2: text → tree. Genesys Cloud takes `eq` alone, quoted or not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import Refusal, bad_request
from provisioning.simulator.schema import Definition
from provisioning.simulator.targets import Target, resolve, resolve_sub

OPERATORS = frozenset({"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"})
MOST_NESTED = 50

Literal = str | bool | float | None
Resolver = Callable[[str], Target | None]

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()\[\]])|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<single>'[^']*')"""
    r"""|(?P<word>[^\s()\[\]"']+))"""
)
_SIMPLE = re.compile(
    r"\s*(?P<name>[^\s()\[\]]+)\s+(?P<operator>[a-zA-Z]+)\s+(?P<value>[^\s].*?)\s*"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`attribute operator value`; the operator `pr` has no value."""

    target: Target
    operator: str
    value: Literal = None


@dataclass(frozen=True, slots=True)
class Logical:
    """Two filters joined by `and` or `or`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negation:
    """`not (filter)`."""

    node: Node


@dataclass(frozen=True, slots=True)
class Element:
    """`attribute[filter]`: some element of the attribute fits the filter."""

    target: Target
    node: Node


Node = Comparison | Logical | Negation | Element


def parse_filter(text: str, definition: Definition, personality: Personality) -> Node:
    """Return the tree of a filter of a list request."""
    simple = _SIMPLE.fullmatch(text)
    if simple and personality.genesys and not simple["value"].startswith(('"', "'")):
        target = resolve(definition, simple["name"])
        return _comparison(
            target, simple["operator"].lower(), "word", simple["value"], personality=personality
        )
    parser = _Parser(text, personality)
    return parser.whole(lambda name: resolve(definition, name))


def parse_element_filter(text: str, target: Target, personality: Personality) -> Node:
    """Return the tree of what stands between the square brackets of a path."""
    parser = _Parser(text, personality, within_brackets=True)
    return parser.whole(lambda name: resolve_sub(target.attribute, name))


def _comparison(
    target: Target | None, operator: str, kind: str, text: str, *, personality: Personality
) -> Comparison:
    if target is None:
        raise _invalid("it names an attribute that cannot be filtered")
    if operator not in OPERATORS:
        raise _invalid(f"“{operator}” is not an operator")
    if operator != "eq" and personality.is_set("operators", "eq"):
        raise _invalid(f"the operator “{operator}” is not supported")
    return Comparison(target, operator, _literal(target, kind, text, personality))


def _literal(target: Target, kind: str, text: str, personality: Personality) -> Literal:
    """Return the value in the type of its attribute."""
    value = text
    if kind == "quoted":
        value = _unquoted(text)
    elif kind == "single":
        value = text[1:-1]
    if kind == "single" and not personality.genesys:
        raise _invalid("values stand in double quotes")
    if kind == "word" and value == "null":
        return None
    if target.leaf.type == "boolean":
        return _boolean(kind, value, personality)
    if target.leaf.type in ("decimal", "integer"):
        return _number(value)
    if kind == "word" and personality.is_set("unquoted_filter", "refuse"):
        raise _invalid(f"the value {value} stands without quotes")
    return value


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        raise _invalid("a quoted value is not a JSON string") from None


def _boolean(kind: str, value: str, personality: Personality) -> bool:
    quoted_is_fine = kind == "word" or personality.is_set("boolean_text", "accept")
    if value.lower() not in ("true", "false") or not quoted_is_fine:
        raise _invalid("a boolean is compared with true or false")
    return value.lower() == "true"


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise _invalid(f"“{value}” is not a number") from None


def _invalid(reason: str) -> Refusal:
    return bad_request("invalidFilter", f"The filter is not valid: {reason}.")


class _Parser:
    """Recursive descent over the tokens of one filter; `not`, then `and`, then `or`."""

    def __init__(self, text: str, personality: Personality, within_brackets: bool = False) -> None:
        self.personality = personality
        self.within_brackets = within_brackets
        self.tokens = _tokens(text)
        self.position = 0
        self.depth = 0

    def whole(self, resolver: Resolver) -> Node:
        node = self._either(resolver)
        if self.position < len(self.tokens):
            raise _invalid(f"“{self.tokens[self.position][1]}” is not expected there")
        return node

    def _either(self, resolver: Resolver) -> Node:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise _invalid("it is nested too deeply")
        node = self._both(resolver)
        while self._word("or"):
            self._allow_logic()
            node = Logical("or", node, self._both(resolver))
        self.depth -= 1
        return node

    def _both(self, resolver: Resolver) -> Node:
        node = self._one(resolver)
        while self._word("and"):
            if not self.within_brackets:
                self._allow_logic()
            node = Logical("and", node, self._one(resolver))
        return node

    def _one(self, resolver: Resolver) -> Node:
        if self._word("not"):
            self._allow_logic()
            self._mark("(")
            node: Node = Negation(self._either(resolver))
            self._mark(")")
            return node
        if self._next_is("("):
            self._mark("(")
            node = self._either(resolver)
            self._mark(")")
            return node
        return self._attribute(resolver)

    def _attribute(self, resolver: Resolver) -> Node:
        target = resolver(self._take("word"))
        if self._next_is("["):
            return self._element(target)
        operator = self._take("word").lower()
        if operator == "pr":
            return self._present(target)
        kind, text = self._any()
        return _comparison(target, operator, kind, text, personality=self.personality)

    def _element(self, target: Target | None) -> Node:
        if target is None or not target.attribute.subs:
            raise _invalid("it names an attribute that cannot be filtered")
        attribute = target.attribute
        self._mark("[")
        outside, self.within_brackets = self.within_brackets, True
        node = self._either(lambda name: resolve_sub(attribute, name))
        self.within_brackets = outside
        self._mark("]")
        return Element(target, node)

    def _present(self, target: Target | None) -> Comparison:
        if target is None:
            raise _invalid("it names an attribute that cannot be filtered")
        if self.personality.is_set("operators", "eq"):
            raise _invalid("the operator “pr” is not supported")
        return Comparison(target, "pr")

    def _allow_logic(self) -> None:
        if self.personality.is_set("operators", "eq"):
            raise _invalid("filters cannot be combined")

    def _next_is(self, mark: str) -> bool:
        following = self.tokens[self.position : self.position + 1]
        return following == [("mark", mark)]

    def _word(self, word: str) -> bool:
        following = self.tokens[self.position : self.position + 1]
        found = bool(following) and following[0][0] == "word" and following[0][1].lower() == word
        self.position += found
        return found

    def _mark(self, mark: str) -> None:
        if not self._next_is(mark):
            raise _invalid(f"“{mark}” is missing")
        self.position += 1

    def _take(self, kind: str) -> str:
        found, text = self._any()
        if found != kind:
            raise _invalid(f"“{text}” is not expected there")
        return text

    def _any(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise _invalid("it ends too early")
        self.position += 1
        return self.tokens[self.position - 1]


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if found is None or found.lastgroup is None:
            raise _invalid(f"it cannot be read from position {position}")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens
