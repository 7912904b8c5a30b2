"""How values become texts, numbers and truths, and how conditions compare them.

Booleans are JSON's own and read as "True" or "False" where a text is needed. A missing value is
null-safe everywhere: it equals the empty text, and is neither greater nor less than anything. (In
Entra a condition on a missing value fails.)
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.nodes import Comparator
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

LONGEST_NUMBER = 40
"""Texts beyond this many characters are not read as numbers."""


def is_missing(value: Value) -> bool:
    """Whether there is no value: absent, or a list of nothing."""
    return value is None or (isinstance(value, list | tuple) and not value)


def is_empty(value: Value) -> bool:
    """Whether a value is missing or the empty text."""
    return value == "" or is_missing(value)


def text_of(value: Value, position: int) -> str | None:
    """The one text of a value, `None` when it is missing; several values are an error."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Mapping):
        return _text_of_object(value, position)
    if len(value) <= 1:
        return text_of(value[0], position) if value else None
    raise ExpressionError(
        gettext_noop("One value is needed here, but there is a list of %(count)s."),
        params={"count": len(value)},
        position=position,
        advice=gettext_noop("Pick one with Item, or put them into one text with Join."),
    )


def _text_of_object(value: Mapping[str, Value], position: int) -> str | None:
    """A reference or an element of a list is known by its `value` (RFC 7643, section 2.4)."""
    if "value" in value:
        return text_of(value["value"], position)
    raise ExpressionError(
        gettext_noop("One value is needed here, but there is an object with %(names)s."),
        params={"names": ", ".join(value)[:100] or "{}"},
        position=position,
        advice=gettext_noop("Use an attribute that holds a single value."),
    )


def number_of(value: Value) -> int | float | None:
    """The number a value is or spells in plain digits, else `None`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NUMBER:
        return None
    digits = value.removeprefix("-")
    whole, _, fraction = digits.partition(".")
    if not (digits.isascii() and whole.isdigit()):
        return None
    if fraction.isdigit():
        return float(value)
    return int(value) if "." not in digits else None


def truth_of(value: Value) -> bool:
    """Whether a condition holds: true, a number that is not 0, or a text that says so."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= 5 and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return bool(number_of(value))


ORDERINGS: Mapping[Comparator, tuple[int, ...]] = {
    Comparator.GREATER: (1,),
    Comparator.GREATER_OR_EQUAL: (0, 1),
    Comparator.LESS: (-1,),
    Comparator.LESS_OR_EQUAL: (-1, 0),
}
"""How the left side may stand to the right one: below (-1), level, above (1)."""


def compared(comparator: Comparator, left: Value, right: Value, position: int) -> bool:
    """Whether the comparison holds; texts compare by character, case-sensitively."""
    if comparator in (Comparator.EQUAL, Comparator.UNEQUAL):
        return _equal(left, right, position) is (comparator is Comparator.EQUAL)
    if is_missing(left) or is_missing(right):
        return False
    return _order(left, right, position) in ORDERINGS[comparator]


def _order(left: Value, right: Value, position: int) -> int:
    """By number when both sides are or spell one, else by text."""
    low, high = number_of(left), number_of(right)
    if low is not None and high is not None:
        return (low > high) - (low < high)
    first, second = text_of(left, position) or "", text_of(right, position) or ""
    return (first > second) - (first < second)


def _equal(left: Value, right: Value, position: int) -> bool:
    """Equal as numbers when one side is a JSON number or a bare one, else equal as texts."""
    if not (isinstance(left, str) and isinstance(right, str)):
        numbers = number_of(left), number_of(right)
        if None not in numbers:
            return numbers[0] == numbers[1]
    return (text_of(left, position) or "") == (text_of(right, position) or "")
