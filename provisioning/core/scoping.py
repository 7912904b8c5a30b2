"""Scoping filters: which source objects a job may touch (entra-provisioning 5).

A job holds filters joined by OR; a filter holds clauses joined by AND. A job without filters admits
every object. What is beyond Entra: `ignore_case`, `missing`, `regex`, operators on dates, prefixes,
lists and groups, and multi-valued attributes, of which one value is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from provisioning.core.errors import FilterError, PositionedError
from provisioning.core.patterns import Pattern, compile_pattern
from provisioning.core.resource import Value
from provisioning.core.scoping_operators import (
    DATES,
    LISTS,
    NUMBERS,
    OPPOSITES,
    PATTERNS,
    TESTS,
    UNARY,
    Operator,
    Reach,
    moment,
    number,
)
from provisioning.core.vocabulary import MEMBER_OF

__all__ = ["Clause", "Filter", "Missing", "Operator", "Reach", "Refusal", "Verdict", "judge"]

FIELDS = ("attribute", "operator", "value", "ignore_case", "missing", "regex")


class Missing(StrEnum):
    """What a clause says of an object without the attribute."""

    FAILS = "fails"
    PASSES = "passes"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on one attribute. `values` is what it compares with: none for IS_NULL."""

    attribute: str
    operator: Operator
    values: tuple[str, ...] = ()
    ignore_case: bool = False
    missing: Missing = Missing.FAILS
    regex: Reach = Reach.FULL

    @classmethod
    def parse(cls, fields: Mapping[str, object]) -> Clause:
        """A clause as the configuration file has it; `FilterError` says what is wrong with it."""
        for name in sorted(fields.keys() - FIELDS):
            raise FilterError(f"A clause has no '{name}'.", advice=f"It has {', '.join(FIELDS)}.")
        operator = Operator.parse(str(fields.get("operator") or ""))
        clause = cls(
            attribute=_attribute(fields.get("attribute"), operator),
            operator=operator,
            values=_values(fields.get("value"), operator),
            ignore_case=_flag("ignore_case", fields.get("ignore_case")),
            missing=Missing(_word("missing", fields.get("missing"), Missing)),
            regex=Reach(_word("regex", fields.get("regex"), Reach)),
        )
        _check_values(clause)
        return clause

    @property
    def label(self) -> str:
        """How Entra's log names a clause."""
        return f"{self.attribute} {self.operator.replace('_', ' ')}"

    def admits(self, attributes: Mapping[str, Value]) -> bool:
        """Whether the object's value satisfies the clause.

        As in Entra a missing value satisfies nothing but IS_NULL, negative operators included,
        unless `missing` says that it passes.
        """
        found = _texts(attributes.get(self.attribute))
        if self.operator in (Operator.IS_NULL, Operator.IS_NOT_NULL):
            return (not found) is (self.operator is Operator.IS_NULL)
        if not found:
            return self.missing is Missing.PASSES
        if self.operator in PATTERNS and not all(map(self._pattern().reads, found)):
            return False  # more than a pattern may be asked (T22): neither answer is known
        opposite = OPPOSITES.get(self.operator)
        holds = TESTS[opposite or self.operator]
        return any(holds(self, text) for text in found) is (opposite is None)

    def _pattern(self) -> Pattern:
        return compile_pattern(self.values[0], ignore_case=self.ignore_case)


@dataclass(frozen=True, slots=True)
class Filter:
    """Clauses that must all admit an object."""

    title: str
    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        if not self.clauses:
            raise FilterError(
                "A filter needs at least one clause: without any it would admit everybody.",
                advice="Add a clause, or remove the filter.",
            )

    def first_refusal(self, attributes: Mapping[str, Value]) -> Clause | None:
        """The first clause that does not admit the object."""
        return next((clause for clause in self.clauses if not clause.admits(attributes)), None)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One filter that said no, the clause that said it, and the value it found."""

    filter: Filter
    clause: Clause
    found: Value


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an object is in scope; if not, one refusal for each filter."""

    in_scope: bool
    refusals: tuple[Refusal, ...] = ()


def judge(filters: Sequence[Filter], attributes: Mapping[str, Value]) -> Verdict:
    """Decide scope and keep, for each filter that said no, the clause that said it."""
    refusals: list[Refusal] = []
    for candidate in filters:
        clause = candidate.first_refusal(attributes)
        if clause is None:
            return Verdict(in_scope=True)
        refusals.append(Refusal(candidate, clause, attributes.get(clause.attribute)))
    return Verdict(in_scope=not filters, refusals=tuple(refusals))


def _texts(value: Value) -> list[str]:
    """Every value as text; nothing for what is missing or empty."""
    if isinstance(value, list | tuple):
        return [str(element) for element in value if element is not None and element != ""]
    return [] if value is None or value == "" else [str(value)]


def _attribute(name: object, operator: Operator) -> str:
    if isinstance(name, str) and name.strip():
        return name.strip()
    if operator is Operator.IS_MEMBER_OF:
        return MEMBER_OF
    raise FilterError("A clause needs an attribute.", advice="Name one, such as department.")


def _values(value: object, operator: Operator) -> tuple[str, ...]:
    """What is compared with, as texts. A text for IN and NOT_IN is taken apart at commas."""
    if value is None or value == "":
        return ()
    if isinstance(value, str) and operator in LISTS:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        if operator not in LISTS:
            raise FilterError(
                f"{operator} compares with one value; there is a list.",
                advice="Write one value, or use IN or NOT_IN.",
            )
        return tuple(str(element) for element in value if element is not None and element != "")
    if isinstance(value, str | bool | int | float):
        return (str(value),)
    raise FilterError("A clause compares with a text.", advice="Write one, such as Sales.")


def _flag(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise FilterError(f"{name} is true or false.", advice="Write true or false, without quotes.")


def _word(name: str, value: object, vocabulary: type[Missing] | type[Reach]) -> str:
    """One word of a closed list, the first when none is given."""
    words = [str(word) for word in vocabulary]
    if value is None or str(value) in words:
        return str(value or words[0])
    raise FilterError(
        f"{name} cannot be '{str(value)[:50]}'.", advice=f"Write {' or '.join(words)}."
    )


def _check_values(clause: Clause) -> None:
    """Refuses a value that is missing, not wanted, or not of the operator's kind."""
    operator, values = clause.operator, clause.values
    if operator in UNARY:
        if values:
            raise FilterError(f"{operator} takes no value.", advice="Remove the value.")
        return
    if not values:
        raise FilterError(
            f"{operator} needs a value to compare with.",
            advice="Write the value; IS_NULL asks whether the attribute is empty.",
        )
    if operator in NUMBERS and number(values[0]) is None:
        raise FilterError(
            f"{operator} compares non-negative integers; '{values[0][:50]}' is none.",
            advice="Write a whole number such as 1000.",
        )
    if operator in DATES and moment(values[0]) is None:
        raise FilterError(
            f"{operator} compares dates; '{values[0][:50]}' is none.",
            advice="Write an ISO 8601 date such as 2026-01-31 or 2026-01-31T08:00:00Z.",
        )
    if operator in PATTERNS:
        _check_pattern(clause)


def _check_pattern(clause: Clause) -> None:
    try:
        compile_pattern(clause.values[0], ignore_case=clause.ignore_case)
    except PositionedError as error:
        raise FilterError(
            error.template,
            params=error.params,
            position=error.position,
            advice=error.advice_template,
        ) from None
