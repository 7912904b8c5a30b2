"""The worst that the limits of threat T23 let through: what one value may cost at most.

Each case is as large as it may be in the way that it is bad: the longest texts, the longest lists,
the widest expressions, the patterns with most to do.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from provisioning.bench.measure import seconds
from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, parse
from provisioning.core.expressions.functions.registry import EXAMPLE_CONTEXT
from provisioning.core.expressions.limits import MAX_LENGTH, MAX_NODES
from provisioning.core.resource import Value

ATTRIBUTES: dict[str, Value] = {
    "ascii": "aB " * 21_845,
    "middle": "aB " * 5_461,
    "greek": "άβΓς" * 8_192,
    "hangul": "각" * 21_845,
    "emoji": "🙂" * 16_384,
    "commas": "," * 65_536,
    "many": "a" * 9_999 + "!",
    "numbers": list(range(9_000)),
    "objects": [{"value": "x", "displayName": "y"}] * 900,
    "memberOf": [f"group {number:04}" for number in range(3_000)],
    "pattern": "(a?){300}(a){300}",
    "date": "Mon, 15 Jun 2009 20:45:30 GMT",
}
"""A person whose attributes are as large as they may be."""

SINGLE = (
    "PCase([ascii])",
    "NormalizeDiacritics([hangul])",
    'Split([commas], ",")',
    "RemoveDuplicates([numbers])",
    "AppRoleAssignmentsComplex([objects])",
    'Replace([many], , "(a?){500}(a){500}", , "")',
    'Replace([many], , "a*?", , "x")',
)
"""What is bad when it is done once."""

REPEATED = (
    "PCase([middle])",
    "Word([emoji],9,[emoji])",
    "NormalizeDiacritics([greek])",
    "NormalizeDiacritics([hangul])",
    "InStr([greek],[hangul],1,vbTextCompare)",
    "ToUpper([greek])",
    "ConvertToUTF8Hex([middle])",
    'Join("",[objects],"")',
    'Join("",[middle],"")',
    'Append("",[ascii])',
    "RemoveDuplicates([objects])",
    "AppRoleAssignmentsComplex([objects])",
    'IsMemberOf("x")',
    'Replace([middle],"a",,,"b")',
    'Replace([many],,"(a?){500}(a){500}",,"")',
    'Replace([many],,"a",,"b")',
    'Replace("a",,Append([pattern],"#"),,"")',
    "RandomString(256,1,1,1,1)",
    'NormalizePhone("+33612345#","FR")',
    'DateDiff("d",[date],[date])',
    'FormatDateTime([date],,"r","F")',
    'Switch([middle],1,"a",[middle])',
    "CBool([ascii]=[ascii])",
    "1",
)
"""What is bad when it is done as often as an expression is long; # is another number each time."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one value cost, and how it ended."""

    expression: str
    times: int
    milliseconds: float
    ended: str


def costs(tries: int = 3) -> list[Cost]:
    """Every case with its best time, the worst first."""
    found = [_cost(text, 1, text, tries) for text in SINGLE]
    found += [_cost(text, *repeated(text), tries) for text in REPEATED]
    return sorted(found, key=lambda cost: -cost.milliseconds)


def repeated(text: str) -> tuple[int, str]:
    """As many of an expression in one as the limits of length and parts allow."""
    parts = 3 + text.count("(") + text.count(",") - text.count(",,")
    times = min((MAX_LENGTH - 20) // (len(text) + 11), (MAX_NODES - 5) // parts)
    copies = (f"Item({text.replace('#', f'{number:03}')},2)" for number in range(times))
    return times, f"Coalesce({','.join(copies)})"


def outcome(text: str) -> str:
    """How an expression ends for the person with the worst attributes."""
    try:
        parse(text).evaluate(ATTRIBUTES, EXAMPLE_CONTEXT)
    except ExpressionError as error:
        return error.message
    return "a value"


def _cost(name: str, times: int, text: str, tries: int) -> Cost:
    expression, context = parse(text), Context(EXAMPLE_CONTEXT.now, EXAMPLE_CONTEXT.seed)

    def once() -> None:
        with suppress(ExpressionError):
            expression.evaluate(ATTRIBUTES, context)

    best = min(seconds(once) for _ in range(tries))
    return Cost(name, times, best * 1000, outcome(text))
