"""Reads an expression into a tree: unknown names and wrong numbers of arguments are found here.

Recursive descent with the limits of threat T23, so that no text ends in a RecursionError.
"""

from __future__ import annotations

from difflib import get_close_matches

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.expressions.functions.registry import Function
from provisioning.core.expressions.kinds import Wanted, check_given, check_literal
from provisioning.core.expressions.limits import MAX_DEPTH, MAX_LENGTH, MAX_NODES, too_large
from provisioning.core.expressions.nodes import (
    Attribute,
    Call,
    Comparator,
    Comparison,
    Keyword,
    Node,
    Number,
    Text,
)
from provisioning.core.expressions.tokens import Token, TokenKind, tokenise
from provisioning.core.wording import gettext_noop

KEYWORDS = frozenset({"vbTextCompare", "vbBinaryCompare"})


def parse_tree(text: str) -> Node:
    """The tree of an expression; `ExpressionError` with position and advice when it is none."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            gettext_noop("The expression has %(length)s characters; %(limit)s are allowed."),
            params={"length": f"{len(text):,}", "limit": f"{MAX_LENGTH:,}"},
            position=MAX_LENGTH,
            advice=gettext_noop("Split it over several mappings."),
        )
    return _Parser(tokenise(text)).whole()


END_WANTED = gettext_noop("Expected the end of the expression, found %(found)s.")
VALUE_WANTED = gettext_noop("Expected a value, found %(found)s.")
MARK_WANTED = gettext_noop("Expected , or ), found %(found)s.")
ENDED = {
    VALUE_WANTED: gettext_noop("Expected a value, found the end."),
    MARK_WANTED: gettext_noop("Expected , or ), found the end."),
}
CHECK_BEFORE = gettext_noop("Check the commas, brackets and quotes before this place.")
AS_FUNCTION = gettext_noop('Write it as a function: %(name)s([a]="b", [c]="d").')
CLOSE = gettext_noop("Close what is open: every ( needs its ).")
USAGE = gettext_noop("Write it as %(signature)s, for example %(example)s.")


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._nodes = 0

    def whole(self) -> Node:
        """The whole text as one value."""
        if self._peek().kind is TokenKind.END:
            raise ExpressionError(
                gettext_noop("The expression is empty."),
                advice=gettext_noop(
                    "Write a function such as ToLower([mail]), an attribute or a text."
                ),
            )
        tree = self._value(depth=1)
        if self._peek().kind is not TokenKind.END:
            raise self._unexpected(END_WANTED)
        return tree

    def _peek(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        token = self._peek()
        self._index += 1
        return token

    def _value(self, depth: int) -> Node:
        """A call, an attribute, a text, a number or a keyword."""
        token = self._peek()
        self._count(token, depth)
        if token.kind is TokenKind.NAME:
            return self._named(depth)
        self._index += 1
        match token.kind:
            case TokenKind.TEXT:
                return Text(token.text, token.position)
            case TokenKind.ATTRIBUTE:
                return Attribute(token.text, token.position)
            case TokenKind.NUMBER:
                return Number(_number(token.text), token.text, token.position)
        self._index -= 1
        raise self._unexpected(VALUE_WANTED)

    def _count(self, token: Token, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise too_large(
                gettext_noop("The expression has more than %(limit)s parts."),
                token.position,
                f"{MAX_NODES:,}",
            )
        if depth > MAX_DEPTH:
            raise too_large(
                gettext_noop("The expression is nested more than %(limit)s levels deep."),
                token.position,
                MAX_DEPTH,
            )

    def _named(self, depth: int) -> Node:
        name = self._take()
        if self._peek().kind is not TokenKind.OPEN:
            if name.text in KEYWORDS:
                return Keyword(name.text, name.position)
            raise _bare_word(name)
        called = REGISTRY.get(name.text)
        if called is None:
            raise _unknown_function(name)
        if called.top_level and depth > 1:
            raise ExpressionError(
                gettext_noop("%(function)s can only stand around the whole expression."),
                params={"function": called.name},
                position=name.position,
                advice=gettext_noop("Write %(function)s(...) outermost."),
            )
        call = Call(called.name, self._arguments(called, depth), name.position)
        _check_count(called, call)
        if called.check is not None:
            called.check(call)
        return call

    def _arguments(self, called: Function, depth: int) -> tuple[Node | None, ...]:
        self._take()
        if self._peek().kind is TokenKind.CLOSE:
            self._take()
            return ()
        arguments: list[Node | None] = []
        while True:
            arguments.append(self._argument(called, len(arguments), depth))
            mark = self._peek()
            if mark.kind not in (TokenKind.COMMA, TokenKind.CLOSE):
                raise self._unexpected(MARK_WANTED)
            self._take()
            if mark.kind is TokenKind.CLOSE:
                return tuple(arguments)

    def _argument(self, called: Function, index: int, depth: int) -> Node | None:
        """One argument, `None` when nothing stands in its place."""
        parameter = called.parameter(index)
        if self._peek().kind in (TokenKind.COMMA, TokenKind.CLOSE):
            if parameter is not None and not parameter.optional:
                raise ExpressionError(
                    gettext_noop("Value %(number)s of %(function)s (%(name)s) cannot be left out."),
                    params={"number": index + 1, "name": parameter.name, **_usage(called)},
                    position=self._peek().position,
                    advice=USAGE,
                )
            return None
        value = self._value(depth + 1)
        if self._peek().kind is not TokenKind.OPERATOR:
            if parameter is not None:
                _check_kind(value, called.name, parameter.wanted, parameter.least)
            return value
        operator = self._take()
        if parameter is None or not parameter.condition:
            raise ExpressionError(
                gettext_noop("A comparison with %(operator)s cannot stand here."),
                params={"operator": operator.text},
                position=operator.position,
                advice=gettext_noop("Compare in the conditions of IIF, AND and OR, or in CBool."),
            )
        self._count(operator, depth + 1)
        right = self._value(depth + 1)
        for side in (value, right):
            _check_kind(side, called.name, Wanted.ONE)
        return Comparison(Comparator(operator.text), value, right, value.position)

    def _unexpected(self, message: str) -> ExpressionError:
        token = self._peek()
        found, advice = f"'{token.text}'", CHECK_BEFORE
        if token.kind is TokenKind.NAME and token.text.lower() in ("and", "or"):
            advice = AS_FUNCTION
        elif token.kind is TokenKind.END:
            message, advice = ENDED[message], CLOSE
        params = {"found": found, "name": token.text.upper()}
        return ExpressionError(message, params=params, position=token.position, advice=advice)


def _check_kind(node: Node, name: str, wanted: Wanted, least: int | None = None) -> None:
    """Refuses an argument whose kind is known and is not the one that is needed."""
    check_literal(node, name, wanted, least)
    if isinstance(node, Call):
        check_given(REGISTRY[node.name].gives, node.name, wanted, name, node.position)


def _number(text: str) -> int | float:
    if text.startswith("&H"):
        return int(text[2:], 16)
    return float(text) if "." in text else int(text)


def _check_count(called: Function, call: Call) -> None:
    problem = called.miscounted(len(call.arguments))
    if problem is not None:
        message, params = problem
        raise ExpressionError(
            message, params={**params, **_usage(called)}, position=call.position, advice=USAGE
        )


def _usage(called: Function) -> dict[str, str]:
    return {
        "function": called.name,
        "signature": called.signature,
        "example": called.examples[0].expression,
    }


def _unknown_function(name: Token) -> ExpressionError:
    advice, meant = _nearest(name.text)
    return ExpressionError(
        gettext_noop("There is no function %(name)s."),
        params={"name": name.text, "meant": meant},
        position=name.position,
        advice=advice,
    )


def _nearest(name: str) -> tuple[str, str]:
    """Which function was meant: names are case-sensitive, so a wrong case is named as such."""
    by_lower = {known.lower(): known for known in REGISTRY}
    if name.lower() in by_lower:
        advice = gettext_noop("Names are case-sensitive: write %(meant)s.")
        return advice, by_lower[name.lower()]
    near = get_close_matches(name.lower()[:50], by_lower, n=1, cutoff=0.45)
    if near:
        return gettext_noop("Did you mean %(meant)s?"), by_lower[near[0]]
    return gettext_noop("These exist: %(meant)s."), ", ".join(sorted(REGISTRY))


def _bare_word(name: Token) -> ExpressionError:
    params, advice = {"name": name.text[:50]}, USAGE
    if name.text in REGISTRY:
        params |= _usage(REGISTRY[name.text])
    else:
        advice = gettext_noop('Write [%(name)s] for an attribute, "%(name)s" for a text.')
    return ExpressionError(
        gettext_noop("%(name)s stands alone."),
        params=params,
        position=name.position,
        advice=advice,
    )
