"""What each operator of a scoping clause asks of one value (entra-provisioning 5).

Comparisons are of texts, and see the case unless the clause ignores it; numbers are non-negative
integers, moments are ISO 8601. What is not of the operator's kind satisfies nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from provisioning.core.errors import FilterError
from provisioning.core.patterns import compile_pattern
from provisioning.core.wording import gettext_noop

T = TypeVar("T")


class Operator(StrEnum):
    """What a clause asks of an attribute."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    IS_TRUE = "IS_TRUE"
    IS_FALSE = "IS_FALSE"
    IS_NULL = "IS_NULL"
    IS_NOT_NULL = "IS_NOT_NULL"
    GREATER_THAN = "GREATER_THAN"
    GREATER_THAN_OR_EQUALS = "GREATER_THAN_OR_EQUALS"
    INCLUDES = "INCLUDES"
    STARTS_WITH = "STARTS_WITH"
    ENDS_WITH = "ENDS_WITH"
    REGEX_MATCH = "REGEX_MATCH"
    NOT_REGEX_MATCH = "NOT_REGEX_MATCH"
    IN = "IN"
    NOT_IN = "NOT_IN"
    IS_MEMBER_OF = "IS_MEMBER_OF"
    BEFORE = "BEFORE"
    AFTER = "AFTER"

    @classmethod
    def parse(cls, text: str) -> Operator:
        """The operator of that name, spaces standing for underscores; else `FilterError`."""
        name = "_".join(text.replace("_", " ").split())
        if name in cls.__members__:
            return cls(name)
        near = get_close_matches(name.upper()[:50], list(cls), n=1, cutoff=0.5)
        raise FilterError(
            gettext_noop("There is no operator '%(name)s'."),
            params={"name": text[:50], "nearest": near[0] if near else "", "all": ", ".join(cls)},
            advice=gettext_noop("Did you mean %(nearest)s?")
            if near
            else gettext_noop("These exist: %(all)s."),
        )


class Reach(StrEnum):
    """Whether a pattern must describe the whole value or some part of it."""

    FULL = "full"
    CONTAINS = "contains"


UNARY = frozenset({Operator.IS_TRUE, Operator.IS_FALSE, Operator.IS_NULL, Operator.IS_NOT_NULL})
LISTS = frozenset({Operator.IN, Operator.NOT_IN})
NUMBERS = frozenset({Operator.GREATER_THAN, Operator.GREATER_THAN_OR_EQUALS})
DATES = frozenset({Operator.BEFORE, Operator.AFTER})
PATTERNS = frozenset({Operator.REGEX_MATCH, Operator.NOT_REGEX_MATCH})
OPPOSITES = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.NOT_REGEX_MATCH: Operator.REGEX_MATCH,
    Operator.NOT_IN: Operator.IN,
}
"""A negative operator holds where its opposite holds for none of the values."""


class Question(Protocol):
    """What a test needs to know of a clause."""

    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def ignore_case(self) -> bool: ...
    @property
    def regex(self) -> Reach: ...


Test: TypeAlias = Callable[[Question, str], bool]


def _cased(question: Question, text: str) -> str:
    return text.casefold() if question.ignore_case else text


def _equals(question: Question, text: str) -> bool:
    """Equal to one of the values; true and false in any case, because booleans may be text."""
    if text.lower() in ("true", "false"):
        return text.lower() in (value.lower() for value in question.values)
    return _cased(question, text) in (_cased(question, value) for value in question.values)


def _matches(question: Question, text: str) -> bool:
    pattern = compile_pattern(question.values[0], ignore_case=question.ignore_case)
    return pattern.equals(text) if question.regex is Reach.FULL else pattern.occurs_in(text)


def _compares(test: Callable[[str, str], bool]) -> Test:
    """A test of two texts under the clause's case rule."""
    return lambda question, text: test(_cased(question, text), _cased(question, question.values[0]))


def _orders(read: Callable[[str], T | None], test: Callable[[T, T], bool]) -> Test:
    """A test of two numbers or two moments; what is none satisfies nothing."""

    def holds(question: Question, text: str) -> bool:
        found, wanted = read(text), read(question.values[0])
        return found is not None and wanted is not None and test(found, wanted)

    return holds


def number(text: str) -> int | None:
    """A non-negative integer, else nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 100 else None


def moment(text: str) -> datetime | None:
    """An ISO 8601 date or date and time, else nothing; UTC where no offset is given."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


TESTS: Mapping[Operator, Test] = {
    Operator.EQUALS: _equals,
    Operator.IN: _equals,
    Operator.IS_MEMBER_OF: _equals,
    Operator.IS_TRUE: lambda _, text: text.lower() == "true",
    Operator.IS_FALSE: lambda _, text: text.lower() == "false",
    Operator.GREATER_THAN: _orders(number, lambda found, wanted: found > wanted),
    Operator.GREATER_THAN_OR_EQUALS: _orders(number, lambda found, wanted: found >= wanted),
    Operator.INCLUDES: _compares(lambda found, wanted: wanted in found),
    Operator.STARTS_WITH: _compares(str.startswith),
    Operator.ENDS_WITH: _compares(str.endswith),
    Operator.REGEX_MATCH: _matches,
    Operator.BEFORE: _orders(moment, lambda found, wanted: found < wanted),
    Operator.AFTER: _orders(moment, lambda found, wanted: found > wanted),
}
"""How one value is judged; IS_NULL and IS_NOT_NULL judge none, negative operators by opposites."""
