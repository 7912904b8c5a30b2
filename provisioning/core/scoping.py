"""Scoping filters: which source objects a job may touch (entra-provisioning 5).

A job holds filters joined by OR; a filter holds clauses joined by AND. A job without filters admits
every object. What is beyond Entra: `ignore_case`, `missing`, `regex`, operators on dates, prefixes,
lists and groups, and multi-valued attributes, of which one value is enough.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from provisioning.core.errors import FilterError, PositionedError
from provisioning.core.patterns import Pattern, compile_pattern
from provisioning.core.redaction import REDACTED
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
from provisioning.core.wording import gettext_noop

__all__ = ["Clause", "Filter", "Missing", "Operator", "Reach", "Refusal", "Verdict", "judge"]

FIELDS = ("attribute", "operator", "value", "ignore_case", "missing", "regex")
MOST_VALUES, MOST_CHARACTERS = 10, 200
"""How much of the value found a refusal keeps: an attribute may hold 64 KiB."""
NAMES = ("value", "displayName")
"""What a clause compares of an element with parts, such as an app role."""


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
            raise FilterError(
                gettext_noop("A clause has no '%(name)s'."),
                params={"name": name[:50], "names": ", ".join(FIELDS)},
                advice=gettext_noop("It has %(names)s."),
            )
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
                gettext_noop(
                    "A filter needs at least one clause: without any it would admit everybody."
                ),
                advice=gettext_noop("Add a clause, or remove the filter."),
            )

    def refusing(self, attributes: Mapping[str, Value]) -> list[Clause]:
        """The clauses that do not admit the object: each of them would have to."""
        return [clause for clause in self.clauses if not clause.admits(attributes)]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One clause that said no, the filter it stands in (its place, from 1), and the value found."""

    filter: Filter
    clause: Clause
    found: Value
    number: int = 1

    def as_document(self, secret: Collection[str] = ()) -> dict[str, Value]:
        """As rows and entries store it, however long the value is; `secret` attributes' values are
        hidden.
        """
        clause = self.clause
        found = None if not _texts(self.found) else self.found
        if found is not None and clause.attribute in secret:
            found = REDACTED
        told: dict[str, Value] = {
            "filter": self.filter.title,
            "number": self.number,
            "attribute": clause.attribute,
            "operator": clause.operator.value,
            "values": _excerpt(clause.values),
            "found": _excerpt(found),
        }
        if clause.operator in PATTERNS:
            told["regex"] = clause.regex.value
        return told | ({"ignore_case": True} if clause.ignore_case else {})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an object is in scope; if not, every clause of every filter that speaks against it.

    To come in, all refusals of one filter would have to go.
    """

    in_scope: bool
    refusals: tuple[Refusal, ...] = ()


def judge(filters: Sequence[Filter], attributes: Mapping[str, Value]) -> Verdict:
    """Decide scope and keep, for each filter that said no, the clauses that said it."""
    refusals: list[Refusal] = []
    for place, candidate in enumerate(filters, start=1):
        refusing = candidate.refusing(attributes)
        if not refusing:
            return Verdict(in_scope=True)
        refusals += [
            Refusal(candidate, one, attributes.get(one.attribute), place) for one in refusing
        ]
    return Verdict(in_scope=not filters, refusals=tuple(refusals))


def _texts(value: Value) -> list[str]:
    """Every value as text; nothing for what is missing or empty. A role says value and name."""
    elements = value if isinstance(value, list | tuple) else (value,)
    parts = [
        part
        for element in elements
        for part in (map(element.get, NAMES) if isinstance(element, Mapping) else (element,))
    ]
    return [str(part) for part in parts if part is not None and part != ""]


def _attribute(name: object, operator: Operator) -> str:
    if isinstance(name, str) and name.strip():
        return name.strip()
    if operator is Operator.IS_MEMBER_OF:
        return MEMBER_OF
    raise FilterError(
        gettext_noop("A clause needs an attribute."),
        advice=gettext_noop("Name one, such as department."),
    )


def _values(value: object, operator: Operator) -> tuple[str, ...]:
    """What is compared with, as texts. A text for IN and NOT_IN is taken apart at commas."""
    if value is None or value == "":
        return ()
    if isinstance(value, str) and operator in LISTS:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        if operator not in LISTS:
            raise FilterError(
                gettext_noop("%(operator)s compares with one value; there is a list."),
                params={"operator": operator.value},
                advice=gettext_noop("Write one value, or use IN or NOT_IN."),
            )
        return tuple(str(element) for element in value if element is not None and element != "")
    if isinstance(value, str | bool | int | float):
        return (str(value),)
    raise FilterError(
        gettext_noop("A clause compares with a text."),
        advice=gettext_noop("Write one, such as Sales."),
    )


def _flag(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise FilterError(
        gettext_noop("%(name)s is true or false."),
        params={"name": name},
        advice=gettext_noop("Write true or false, without quotes."),
    )


def _word(name: str, value: object, vocabulary: type[Missing] | type[Reach]) -> str:
    """One word of a closed list, the first when none is given."""
    words = [str(word) for word in vocabulary]
    if value is None or str(value) in words:
        return str(value or words[0])
    raise FilterError(
        gettext_noop("%(name)s cannot be '%(value)s'."),
        params={"name": name, "value": str(value)[:50], "first": words[0], "second": words[1]},
        advice=gettext_noop("Write %(first)s or %(second)s."),
    )


def _check_values(clause: Clause) -> None:
    """Refuses a value that is missing, not wanted, or not of the operator's kind."""
    operator, values = clause.operator, clause.values
    if operator in UNARY:
        if values:
            raise _refused(
                clause,
                gettext_noop("%(operator)s takes no value."),
                gettext_noop("Remove the value."),
            )
    elif not values:
        raise _refused(
            clause,
            gettext_noop("%(operator)s needs a value to compare with."),
            gettext_noop("Write the value; IS_NULL asks whether the attribute is empty."),
        )
    elif operator in NUMBERS and number(values[0]) is None:
        raise _refused(
            clause,
            gettext_noop("%(operator)s compares non-negative integers; '%(value)s' is none."),
            gettext_noop("Write a whole number such as 1000."),
        )
    elif operator in DATES and moment(values[0]) is None:
        raise _refused(
            clause,
            gettext_noop("%(operator)s compares dates; '%(value)s' is none."),
            gettext_noop("Write an ISO 8601 date such as 2026-01-31 or 2026-01-31T08:00:00Z."),
        )
    elif operator in PATTERNS:
        _check_pattern(clause)


def _refused(clause: Clause, message: str, advice: str) -> FilterError:
    """The error of a value that the operator cannot use."""
    value = clause.values[0][:50] if clause.values else ""
    return FilterError(
        message, params={"operator": clause.operator.value, "value": value}, advice=advice
    )


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


def _excerpt(value: Value) -> Value:
    """As much of a value as somebody reads; what is left out is marked."""
    if isinstance(value, list | tuple | Mapping):
        texts = _texts(value)
        shown: list[Value] = [_excerpt(text) for text in texts[:MOST_VALUES]]
        return shown if len(texts) <= MOST_VALUES else [*shown, "…"]
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return f"{value[:MOST_CHARACTERS]}…"
    return value
