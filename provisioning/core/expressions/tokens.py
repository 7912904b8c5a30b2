"""The words of an expression: names, attributes, texts, numbers and marks, each with its position.

Syntax of Entra's expressions (entra-provisioning 7.1): `[attribute]`, `"text"` with `\\` escapes,
bare decimal numbers and `&H` hexadecimal ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from provisioning.core.errors import ExpressionError
from provisioning.core.wording import gettext_noop

MAX_DIGITS = 18
"""Enough for a file time; what is longer belongs in quotes."""


class TokenKind(StrEnum):
    """What a token is."""

    NAME = "name"
    ATTRIBUTE = "attribute"
    TEXT = "text"
    NUMBER = "number"
    OPERATOR = "operator"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the expression; `text` is its content, without quotes, brackets and escapes."""

    kind: TokenKind
    text: str
    position: int


LEXEME = re.compile(
    r"""(?P<blank>[ \t\r\n\u00a0]+)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | \[(?P<attribute>[^\[\]\r\n]*)\]
      | "(?P<text>(?:[^"\\]|\\["\\])*)"
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?|&H[0-9A-Fa-f]+)
      | (?P<operator><>|>=|<=|[=<>])
      | (?P<mark>[(),])""",
    re.VERBOSE,
)
ESCAPE = re.compile(r'\\(["\\])')


def tokenise(text: str) -> list[Token]:
    """All tokens of a text, ending with one of kind `END`; `ExpressionError` at what is none."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = LEXEME.match(text, place)
        if found is None:
            raise _unreadable(text, place)
        if found.lastgroup != "blank":
            tokens.append(_token(found))
        place = found.end()
    tokens.append(Token(TokenKind.END, "", len(text)))
    return tokens


def _token(found: re.Match[str]) -> Token:
    name, place = str(found.lastgroup), found.start()
    content = found[name]
    if name == "mark":
        return Token(TokenKind(content), content, place)
    if name == "text":
        content = ESCAPE.sub(r"\1", content)
    elif name == "attribute":
        content = content.strip()
        if not content:
            raise ExpressionError(
                gettext_noop("An attribute needs a name between [ and ]."),
                position=place,
                advice=gettext_noop("Write the attribute's name, such as [mail]."),
            )
    elif name == "number" and len(content.lstrip("-")) > MAX_DIGITS:
        raise ExpressionError(
            gettext_noop("A number has %(length)s characters; %(limit)s digits are allowed."),
            params={"length": len(content), "limit": MAX_DIGITS},
            position=place,
            advice=gettext_noop("Write a shorter number, or a text in quotes."),
        )
    return Token(TokenKind(name), content, place)


def _unreadable(text: str, place: int) -> ExpressionError:
    character = text[place]
    if character == '"':
        return _bad_text(text, place)
    message = gettext_noop("The character %(character)s has no meaning here.")
    advice = gettext_noop(
        'Write texts in double quotes, "so", and attributes in square brackets, [mail].'
    )
    if character == "[":
        message = gettext_noop("An attribute has no closing ].")
        advice = gettext_noop("Write it as [mail].")
    elif character in "\u2018\u2019\u201c\u201d\u00ab\u00bb'":
        advice = gettext_noop('Texts stand in straight double quotes: "so".')
    elif character in "&+|":
        advice = gettext_noop(
            "There is no such operator: Append and Join join texts, AND and OR conditions."
        )
    params = {"character": repr(character)}
    return ExpressionError(message, params=params, position=place, advice=advice)


def _bad_text(text: str, place: int) -> ExpressionError:
    """Why a quoted text does not end: an escape that does not exist, or no closing quote."""
    at = place + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            following = text[at + 1 : at + 2]
            if following and following not in '"\\':
                return ExpressionError(
                    gettext_noop("\\%(character)s is no escape inside quotes."),
                    params={"character": following},
                    position=at,
                    advice=gettext_noop(
                        'Only \\" and \\\\ exist: for \\%(character)s write \\\\%(character)s.'
                    ),
                )
            at += 1
        at += 1
    return ExpressionError(
        gettext_noop("A text has no closing quote."),
        position=place,
        advice=gettext_noop('Add the missing ". A quote inside a text is written as \\".'),
    )
