"""Functions that look at the words of a text: Word, PCase, InStr (entra-provisioning 7.2)."""

from __future__ import annotations

import unicodedata

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.functions.text import lowered, raised
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.nodes import Call, Text
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

WORD_BREAKS = frozenset(
    ("Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So")
)
"""Unicode categories that end a word when no separators are given, as in .NET's title case."""


COMPARISONS = ("vbTextCompare", "vbBinaryCompare")


def comparison_checked(call: Call) -> None:
    """Refuses a literal way of comparing that is none."""
    literal = call.arguments[3] if len(call.arguments) > 3 else None
    if isinstance(literal, Text) and literal.value not in COMPARISONS:
        raise _no_comparison(literal.position)


@function(
    "Word",
    "string",
    "n#",
    "delimiters",
    examples=[
        Example('Word("The quick brown fox", 3, " ")', "brown"),
        Example('Word("This,string!has&many separators", 3, ",!&#")', "has"),
    ],
)
def word(given: Arguments) -> Value:
    """The n-th word, every character of the delimiters splitting. Empty when there is none."""
    source, n, delimiters = given.text(0) or "", given.whole(1), given.text(2) or ""
    if delimiters:
        source = source.translate(dict.fromkeys(map(ord, delimiters), delimiters[0]))
        words = [part for part in source.split(delimiters[0]) if part]
    else:
        words = [source] if source else []
    return words[n - 1] if 1 <= n <= len(words) else ""


@function(
    "PCase",
    "source",
    "wordSeparators?",
    examples=[
        Example('PCase("PABLO GONSALVES (SECOND)")', "Pablo Gonsalves (Second)"),
        Example('PCase("PINTO-DE\'SILVA", " \'-")', "Pinto-De'Silva"),
    ],
)
def proper_case(given: Arguments) -> Value:
    """The first letter of each word in upper case, the rest in lower case.

    Without separators, spaces, punctuation and symbols separate, an apostrophe inside a word not.
    """
    source = given.text(0)
    if source is None:
        return None
    separators = given.text(1) if given.given(1) else None
    pieces: list[str] = []
    inside = False
    for character in lowered(source):
        ends = _ends_word(character, separators, inside)
        starts = not inside and not ends and (separators is not None or character.isalpha())
        pieces.append(raised(character) if starts else character)
        inside = not ends and (inside or starts)
    return "".join(pieces)


@function(
    "InStr",
    "value1",
    "value2",
    "start?#1",
    "compareType?",
    examples=[
        Example('InStr("The quick brown fox", "quick")', 5),
        Example('InStr("repEated", "e", 3, vbBinaryCompare)', 7),
    ],
    gives=Gives.NUMBER,
    check=comparison_checked,
)
def position_in(given: Arguments) -> Value:
    """Where value2 begins in value1, from `start` on, counted from 1; 0 when it is not there.

    `vbTextCompare` ignores case, `vbBinaryCompare` (the default) does not.
    """
    text, wanted, start = given.text(0) or "", given.text(1) or "", given.whole(2, default=1)
    if start < 1:
        raise given.refusal(
            gettext_noop("InStr counts characters from 1."), 2, gettext_noop("Start at 1.")
        )
    if _ignores_case(given):
        text, wanted = lowered(text), lowered(wanted)
    return text.find(wanted, start - 1) + 1


def _ends_word(character: str, separators: str | None, inside: bool) -> bool:
    if separators is not None:
        return character in separators
    if inside and character == "'":
        return False
    return unicodedata.category(character) in WORD_BREAKS


def _ignores_case(given: Arguments) -> bool:
    name = given.text(3)
    if name is not None and name not in COMPARISONS:
        raise _no_comparison(given.position(3))
    return name == "vbTextCompare"


def _no_comparison(position: int) -> ExpressionError:
    return ExpressionError(
        gettext_noop("InStr compares by vbTextCompare or vbBinaryCompare."),
        position=position,
        advice=gettext_noop("Write one of the two, without quotes."),
    )
