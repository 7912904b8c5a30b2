"""What a function is handed: its arguments, evaluated when asked for, in the kind it needs.

Asking late is what makes IIF, Switch and Coalesce evaluate only the branch they take. Every refusal
points at the argument that caused it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from provisioning.core.errors import ExpressionError, PositionedError
from provisioning.core.expressions.context import Context
from provisioning.core.expressions.kinds import not_date, not_whole, spelled, whole
from provisioning.core.expressions.limits import STEP_BYTES
from provisioning.core.expressions.moments import read_moment
from provisioning.core.expressions.nodes import Attribute, Call, Node
from provisioning.core.expressions.values import number_of, text_of
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop


class Evaluating(Protocol):
    """What arguments ask of the evaluation that they belong to."""

    context: Context

    def value(self, node: Node) -> Value: ...
    def spend(self, steps: int, position: int) -> None: ...


class Arguments:
    """The arguments of one call."""

    __slots__ = ("_call", "_evaluation", "context")

    def __init__(self, call: Call, evaluation: Evaluating) -> None:
        self._call = call
        self._evaluation = evaluation
        self.context = evaluation.context

    def __len__(self) -> int:
        return len(self._call.arguments)

    @property
    def name(self) -> str:
        """The function that is called."""
        return self._call.name

    @property
    def place(self) -> int:
        """Where the call stands."""
        return self._call.position

    def given(self, index: int) -> bool:
        """Whether the argument was written, and not skipped or left out at the end."""
        return index < len(self) and self._call.arguments[index] is not None

    def value(self, index: int) -> Value:
        """The argument's value, `None` when it was skipped."""
        node = self._call.arguments[index] if index < len(self) else None
        return None if node is None else self._evaluation.value(node)

    def spend(self, steps: int) -> None:
        """Counts steps of the function's own; `ExpressionError` when they are too many."""
        self._evaluation.spend(steps, self.place)

    def text(self, index: int) -> str | None:
        """The argument as one text, whose length is work for the function."""
        text = text_of(self.value(index), self.position(index))
        if text is not None and len(text) >= STEP_BYTES:
            self.spend(len(text) // STEP_BYTES)
        return text

    def whole(self, index: int, default: int | None = None) -> int:
        """The argument as a whole number, `default` when it was skipped."""
        value = self.value(index)
        if value is None and default is not None:
            return default
        number = whole(text_of(value, self.position(index)))
        if number is None:
            raise not_whole(self.name, spelled(value), self.position(index))
        return number

    def number(self, index: int) -> int | float:
        """The argument as a number."""
        value = self.value(index)
        number = number_of(text_of(value, self.position(index)))
        if number is None:
            raise self.refusal(
                gettext_noop("%(function)s needs a number here; it has %(found)s."),
                index,
                gettext_noop("Write the number without quotes, such as 3."),
                function=self.name,
                found=spelled(value),
            )
        return number

    def moment(self, index: int) -> datetime | None:
        """The argument as a moment of time, `None` when it is missing or the empty text."""
        text = self.text(index)
        if not text:
            return None
        moment = read_moment(text)
        if moment is None:
            raise not_date(self.name, spelled(text), self.position(index))
        return moment

    def elements(self, index: int) -> list[Value]:
        """The argument as a list: one value is a list of one, a missing one an empty list."""
        value = self.value(index)
        if isinstance(value, Sequence) and not isinstance(value, str):
            self.spend(len(value))
            return list(value)
        return [] if value is None else [value]

    def elements_of(self, attribute: str) -> Sequence[Value]:
        """The values of a source attribute that a function knows by itself."""
        value = self._evaluation.value(Attribute(attribute, self.place))
        if not isinstance(value, list | tuple):
            return ()
        self.spend(len(value) // STEP_BYTES)
        return value

    def position(self, index: int) -> int:
        """Where the argument stands, the call itself when it was left out."""
        node = self._call.arguments[index] if index < len(self) else None
        return self._call.position if node is None else node.position

    def refusal(
        self, message: str, index: int, advice: str, **params: str | int
    ) -> ExpressionError:
        """The error that points at one argument."""
        return ExpressionError(message, params=params, position=self.position(index), advice=advice)


def placed(error: PositionedError, position: int) -> ExpressionError:
    """The error of a part of the language, at its place in the whole expression."""
    return ExpressionError(
        error.template, params=error.params, position=position, advice=error.advice_template
    )
