"""Functions that look at the words of a text: Word, PCase, InStr (entra-provisioning 7.2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

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
    text = lowered(source)
    separators = given.text(1)
    if separators is not None:
        return _capitalised(text, breaks=separators, part_of_words="")
    breaks = {mark for mark in set(text) if unicodedata.category(mark) in WORD_BREAKS}
    return _capitalised(text, breaks=breaks, part_of_words="'", letters_only=True)


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


def _capitalised(
    text: str, *, breaks: Collection[str], part_of_words: str, letters_only: bool = False
) -> str:
    """The text with each word's first character raised; `part_of_words` breaks only outside one."""
    pieces: list[str] = []
    inside = False
    for character in text:
        if character in breaks and not (inside and character in part_of_words):
            inside = False
        elif not inside and (not letters_only or character.isalpha()):
            character = raised(character)
            inside = True
        pieces.append(character)
    return "".join(pieces)


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
