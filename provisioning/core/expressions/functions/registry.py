"""The one list of functions: how each is called, what it promises, and examples that are tested."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import cleandoc
from typing import TypedDict, Unpack

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.context import Context
from provisioning.core.expressions.kinds import Gives, Wanted
from provisioning.core.expressions.nodes import Call
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

MARKED = re.compile(r"(\w+)([?!.]*)([*#@]?)(\d*)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument a function takes. Repeated ones come in groups, any number of times."""

    name: str
    optional: bool = False
    repeated: bool = False
    condition: bool = False
    wanted: Wanted = Wanted.ONE
    least: int | None = None

    @classmethod
    def parse(cls, text: str) -> Parameter:
        """`name?` may be skipped, `name...` repeats, `name!` may be a comparison.

        After that `*` stands for anything, lists included, `@` for a date, and `#1` for a whole
        number from 1 on.
        """
        found = MARKED.fullmatch(text)
        if found is None:
            raise ValueError(text)
        name, marks, wanted, least = found.groups()
        return cls(
            name,
            optional="?" in marks,
            repeated="..." in marks,
            condition="!" in marks,
            wanted=Wanted(wanted),
            least=int(least) if least else None,
        )


EXAMPLE_CONTEXT = Context(
    now=datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC),
    seed=b"an example",
    default_domain="contoso.com",
)
"""What the examples are evaluated with."""


@dataclass(frozen=True, slots=True)
class Example:
    """An expression, what the person's attributes are, and what comes out."""

    expression: str
    result: Value
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language."""

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[[Arguments], Value]
    summary: str
    examples: tuple[Example, ...]
    check: Callable[[Call], None] | None = None
    top_level: bool = False
    # Its value depends on the clock or on chance: mapped *always*, it changes in every cycle.
    varies: bool = False
    # Entra does not have it: an expression that uses it cannot be copied there.
    extension: bool = False
    # Source attributes that it reads besides its arguments.
    reads: tuple[str, ...] = ()
    gives: Gives = Gives.ANYTHING

    @property
    def signature(self) -> str:
        """How the function is written."""
        marks = (f"{item.name}{'?' if item.optional else ''}" for item in self.parameters)
        more = ", ..." if self._repeated else ""
        return f"{self.name}({', '.join(marks)}{more})"

    def parameter(self, index: int) -> Parameter | None:
        """The parameter that the argument at an index is for."""
        if index < len(self.parameters):
            return self.parameters[index]
        size = len(self._repeated)
        fixed = len(self.parameters) - size
        return self._repeated[(index - fixed) % size] if size else None

    def miscounted(self, count: int) -> tuple[str, dict[str, int]] | None:
        """What is wrong with a number of arguments: a sentence of the catalogue and its values."""
        least, most = self._least, len(self.parameters)
        group = len(self._repeated)
        if group > 1 and count >= least and (count - most) % group:
            return IN_PAIRS, {"count": count}
        if least <= count and (self._repeated or count <= most):
            return None
        if least == most and not self._repeated:
            sentence = EXACTLY.get(least, EXACTLY_MANY)
        elif count < least:
            sentence = AT_LEAST_ONE if least == 1 else AT_LEAST
        else:
            sentence = AT_MOST
        return sentence, {"count": count, "least": least, "most": most}

    @property
    def _repeated(self) -> Sequence[Parameter]:
        return [item for item in self.parameters if item.repeated]

    @property
    def _least(self) -> int:
        required = [n for n, item in enumerate(self.parameters, 1) if not item.optional]
        return required[-1] if required else 0


IN_PAIRS = gettext_noop(
    "%(function)s needs its values in pairs; it has %(count)s in all, one is missing."
)
EXACTLY = {
    0: gettext_noop("%(function)s needs no values; it has %(count)s."),
    1: gettext_noop("%(function)s needs 1 value; it has %(count)s."),
}
EXACTLY_MANY = gettext_noop("%(function)s needs %(most)s values; it has %(count)s.")
AT_LEAST_ONE = gettext_noop("%(function)s needs at least 1 value; it has %(count)s.")
AT_LEAST = gettext_noop("%(function)s needs at least %(least)s values; it has %(count)s.")
AT_MOST = gettext_noop("%(function)s needs at most %(most)s values; it has %(count)s.")

REGISTRY: dict[str, Function] = {}


class Marks(TypedDict, total=False):
    """What may be said of a function besides its arguments and examples."""

    check: Callable[[Call], None]
    top_level: bool
    varies: bool
    extension: bool
    reads: tuple[str, ...]
    gives: Gives


def function(
    name: str, *parameters: str, examples: Sequence[Example], **marks: Unpack[Marks]
) -> Callable[[Callable[[Arguments], Value]], Callable[[Arguments], Value]]:
    """Enters a callable into the registry under its name in the language."""

    def register(run: Callable[[Arguments], Value]) -> Callable[[Arguments], Value]:
        REGISTRY[name] = Function(
            name=name,
            parameters=tuple(Parameter.parse(item) for item in parameters),
            run=run,
            summary=cleandoc(run.__doc__ or ""),
            examples=tuple(examples),
            **marks,
        )
        return run

    return register
