"""The grammar that attribute paths and filters share (RFC 7644, figures 1 and 7).

Reads any text to its end or says at which character it stops being SCIM. Two leniencies: names of
operators in any case (the RFC's), and straight single quotes, which Microsoft prints in paths.
"""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple, NoReturn

from provisioning.core.errors import AttributePathError, FilterError, PositionedError
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
from provisioning.core.urns import SPELLING
from provisioning.core.wording import gettext_noop

LONGEST: Final = 10_000
DEEPEST: Final = 50

_SPACE: Final = re.compile(r"[ \t]*")
_NAME: Final = re.compile(r"[A-Za-z$][A-Za-z0-9$_.:%+=@;,!*/~-]*")
_URN: Final = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:.*[^:]", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"(\$?[A-Za-z][A-Za-z0-9_-]*)(?:\.(\$?[A-Za-z][A-Za-z0-9_-]*))?")
_SUB: Final = re.compile(r"\.(\$?[A-Za-z][A-Za-z0-9_-]*)")
_NOT: Final = re.compile(r"not[ \t]*(?=\()", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z]+")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_PLAIN: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_OPERATORS: Final = {operator.value: operator for operator in Operator}
_JOINT: Final = {
    word: re.compile(rf"[ \t]*{word}(?=[ \t(])", re.IGNORECASE) for word in ("and", "or")
}

_PATH_ADVICE = gettext_noop(
    'Write an attribute such as userName, name.givenName or emails[type eq "work"].value.'
)
_FILTER_ADVICE = gettext_noop('Write a filter such as userName eq "ana@example.org".')
_QUOTES_ADVICE = gettext_noop('Put texts in straight double quotes: emails[type eq "work"].')


class ParsedPath(NamedTuple):
    """The four parts of an attribute path."""

    urn: str | None
    attribute: str
    filter: Filter | None
    sub: str | None


def parse_path(text: str) -> ParsedPath:
    """The parts of one attribute path; AttributePathError for anything else."""
    return _Reader(text, AttributePathError, _PATH_ADVICE).whole_path()


def parse_filter(text: str) -> Filter:
    """The tree of one filter; FilterError for anything else."""
    return _Reader(text, FilterError, _FILTER_ADVICE).whole_filter()


class _Reader:
    """A recursive descent over one text, with a limit on its depth."""

    def __init__(self, text: str, error: type[PositionedError], advice: str) -> None:
        self.text = text
        self.error = error
        self.advice = advice
        self.position = 0
        self.depth = 0
        self.in_brackets = False
        if len(text) > LONGEST:
            self.fail(f"The text is longer than {LONGEST} characters.")

    def whole_path(self) -> ParsedPath:
        self.skip(_SPACE)
        name = self.name()
        inner = self.brackets(name) if self.at("[") else None
        sub = self.sub() if inner is not None else name.sub
        self.end()
        return ParsedPath(name.urn, name.attribute, inner, sub)

    def whole_filter(self) -> Filter:
        tree = self.alternatives()
        self.end()
        return tree

    def alternatives(self) -> Filter:
        terms = [self.conjunction()]
        while self.skip(_JOINT["or"]):
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def conjunction(self) -> Filter:
        terms = [self.term()]
        while self.skip(_JOINT["and"]):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def term(self) -> Filter:
        self.skip(_SPACE)
        if self.skip(_NOT):
            return Not(self.enclosed("(", ")"))
        if self.at("("):
            return self.enclosed("(", ")")
        return self.expression()

    def expression(self) -> Filter:
        name = self.name()
        if not self.at("["):
            return self.comparison(name)
        inner = self.brackets(name)
        sub = self.sub()
        if sub is None:
            return Complex(name, inner)
        # `emails[type eq "work"].value eq "x"` is Entra's; the RFC puts it all in the brackets.
        compared = self.comparison(AttributeName(None, sub))
        terms = inner.terms if isinstance(inner, And) else (inner,)
        return Complex(name, And((*terms, compared)))

    def comparison(self, name: AttributeName) -> Filter:
        self.skip(_SPACE)
        start = self.position
        word = self.take(_WORD).lower()
        if word == "pr":
            return Present(name)
        operator = _OPERATORS.get(word)
        if operator is None:
            self.fail("An operator is missing: eq, ne, co, sw, ew, gt, ge, lt, le or pr.", start)
        self.skip(_SPACE)
        start = self.position
        literal = self.literal()
        if operator not in EQUALITY and (literal is None or isinstance(literal, bool)):
            self.fail(f"{operator} cannot compare with true, false or null.", start)
        if operator in TEXT_ONLY and not isinstance(literal, str):
            self.fail(f"{operator} compares texts only.", start, _QUOTES_ADVICE)
        return Comparison(name, operator, literal)

    def literal(self) -> Literal:
        start = self.position
        if quoted := self.take(_QUOTED):
            return quoted[1:-1] if quoted[0] == "'" else self.json_text(quoted, start)
        plain = self.take(_PLAIN)
        if not plain:
            self.fail("A value is missing, or a text without quotes.", start, _QUOTES_ADVICE)
        return self.json_plain(plain, start)

    def json_text(self, quoted: str, start: int) -> str:
        try:
            return str(json.loads(quoted))
        except ValueError:
            self.fail("The quoted text is not a JSON string.", start, _QUOTES_ADVICE)

    def json_plain(self, plain: str, start: int) -> Literal:
        try:
            number: Literal = json.loads(plain)
        except ValueError:  # Python refuses whole numbers of more than 4,300 digits
            self.fail("The number is too long.", start)
        if isinstance(number, float) and number in (float("inf"), float("-inf")):
            self.fail("The number is too large.", start)
        return number

    def name(self) -> AttributeName:
        start = self.position
        text = self.take(_NAME)
        urn, colon, rest = text.rpartition(":")
        if text.lower() in SPELLING:
            self.fail("This names a whole schema; the attribute is missing.", start)
        if colon and not _URN.fullmatch(urn):
            self.fail("What stands before the last colon is not the URN of a schema.", start)
        parts = _ATTRIBUTE.fullmatch(rest)
        if parts is None:
            self.fail("An attribute name is missing or misspelt.", start)
        return AttributeName(urn or None, parts[1], parts[2])

    def brackets(self, name: AttributeName) -> Filter:
        if name.sub is not None:
            self.fail("A sub-attribute stands after the brackets, not before them.")
        if self.in_brackets:
            self.fail("Brackets cannot stand inside brackets.")
        self.in_brackets = True
        inner = self.enclosed("[", "]")
        self.in_brackets = False
        return inner

    def enclosed(self, opening: str, closing: str) -> Filter:
        self.expect(opening)
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"Brackets are nested deeper than {DEEPEST} levels.")
        tree = self.alternatives()
        self.skip(_SPACE)
        self.expect(closing)
        self.depth -= 1
        return tree

    def sub(self) -> str | None:
        found = _SUB.match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[1]

    def at(self, character: str) -> bool:
        return self.text.startswith(character, self.position)

    def expect(self, character: str) -> None:
        if not self.at(character):
            self.fail(f"Expected {character} here.")
        self.position += 1

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.position)
        if found is None:
            return ""
        self.position = found.end()
        return found.group()

    def skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.position)
        if found is None:
            return False
        self.position = found.end()
        return True

    def end(self) -> None:
        self.skip(_SPACE)
        if self.position < len(self.text):
            self.fail("The text goes on where it should end.")

    def fail(self, message: str, position: int | None = None, advice: str = "") -> NoReturn:
        at = self.position if position is None else position
        raise self.error(
            f"{message} (character {at + 1})", position=at, advice=advice or self.advice
        )
