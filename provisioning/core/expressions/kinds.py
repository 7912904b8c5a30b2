"""Kinds of values: what can be seen to be wrong in an expression without any person's attributes.

A literal of the wrong kind, and a function that gives a list where one value is needed, are refused
when the expression is read. What attributes hold is only known when it is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.moments import read_moment
from provisioning.core.expressions.nodes import Node, Number, Text
from provisioning.core.expressions.values import number_of
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop


class Wanted(StrEnum):
    """What an argument must be."""

    ONE = ""
    ANYTHING = "*"
    WHOLE = "#"
    DATE = "@"


class Gives(StrEnum):
    """What a function's value is known to be."""

    ANYTHING = "anything"
    LIST = "list"
    NUMBER = "number"
    TRUTH = "truth"


def whole(value: Value) -> int | None:
    """The whole number a value is or spells, else `None`."""
    number = number_of(value)
    return int(number) if number is not None and number == int(number) else None


def check_literal(node: Node, name: str, wanted: Wanted, least: int | None) -> None:
    """Refuses a literal that cannot be the argument of a function."""
    if isinstance(node, Text | Number):
        refuse = REFUSALS.get(wanted)
        if refuse is not None:
            refuse(node.value, name, node.position, least)


def check_given(gives: Gives, called: str, wanted: Wanted, name: str, position: int) -> None:
    """Refuses a function's value that cannot be the argument of another."""
    if gives is Gives.LIST and wanted is not Wanted.ANYTHING:
        raise ExpressionError(
            gettext_noop("%(called)s gives a list, but %(function)s needs one value here."),
            params={"called": called, "function": name},
            position=position,
            advice=gettext_noop("Pick one with Item, or put them into one text with Join."),
        )
    if gives is Gives.TRUTH and wanted in (Wanted.WHOLE, Wanted.DATE):
        raise _unfit(wanted, name, called, position)
    if gives is Gives.NUMBER and wanted is Wanted.DATE:
        raise _unfit(wanted, name, called, position)


def not_whole(name: str, found: str, position: int) -> ExpressionError:
    """The refusal of what is no whole number."""
    return ExpressionError(
        gettext_noop("%(function)s needs a whole number here; it has %(found)s."),
        params={"function": name, "found": found},
        position=position,
        advice=gettext_noop("Write the number without quotes, such as 3."),
    )


def not_date(name: str, found: str, position: int) -> ExpressionError:
    """The refusal of what is no date."""
    return ExpressionError(
        gettext_noop("%(function)s needs a date here; it has %(found)s."),
        params={"function": name, "found": found},
        position=position,
        advice=gettext_noop(
            "Give it a date such as 2026-03-16 or 2026-03-16T07:00:00Z; FormatDateTime rewrites"
            " dates of other forms."
        ),
    )


def spelled(value: Value) -> str:
    """A value in a message, cut short."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _check_whole(value: Value, name: str, position: int, least: int | None) -> None:
    number = whole(value)
    if number is None:
        raise not_whole(name, spelled(value), position)
    if least is not None and number < least:
        raise ExpressionError(
            gettext_noop("%(function)s needs a number from %(least)s on here; it has %(found)s."),
            params={"function": name, "least": least, "found": number},
            position=position,
            advice=gettext_noop("The first character and the first element have the number 1."),
        )


def _check_date(value: Value, name: str, position: int, _least: int | None) -> None:
    if value != "" and (not isinstance(value, str) or read_moment(value) is None):
        raise not_date(name, spelled(value), position)


def _unfit(wanted: Wanted, name: str, called: str, position: int) -> ExpressionError:
    refuse = not_whole if wanted is Wanted.WHOLE else not_date
    return refuse(name, called, position)


REFUSALS: dict[Wanted, Callable[[Value, str, int, int | None], None]] = {
    Wanted.WHOLE: _check_whole,
    Wanted.DATE: _check_date,
}
