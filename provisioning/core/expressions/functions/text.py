"""Functions that shorten, join and respell one text (entra-provisioning 7.2).

Positions count whole characters, where .NET counts UTF-16 halves; case changes are those of single
characters, as in .NET, so the German ß stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.nodes import Call, Text
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

UPN = {"userPrincipalName": "John.Doe@contoso.com"}

TURKIC = ("tr", "az")
"""Languages whose i keeps its dot in upper case."""

SPELLED_OUT: Mapping[int, str] = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "oe",
        "ß": "ss",
        "ł": "l",
        "ı": "i",
        "Æ": "AE",
        "Œ": "OE",
        "Ø": "OE",
        "ẞ": "SS",
        "Ł": "L",
    }
)
"""Letters that have no decomposition in Unicode, and what Entra makes of them."""

UNLIKE_ALONE = re.compile("[İΣ]")
"""The letters whose lower case is two characters, or another one at the end of a word."""

DIACRITICS = re.compile("[\u0300-\u036f]+")
"""Marks of Latin, Greek and Cyrillic letters. Marks of other scripts are letters of their own."""


def culture_checked(call: Call) -> None:
    """Refuses a literal culture that is none."""
    literal = call.arguments[1] if len(call.arguments) > 1 else None
    if isinstance(literal, Text) and not _is_culture(literal.value):
        raise _no_culture(literal.value, literal.position)


@function(
    "Append",
    "source",
    "suffix",
    examples=[
        Example('Append([userPrincipalName], ".test")', "John.Doe@contoso.com.test", UPN),
        Example('Append([mail], ".test")', None),
    ],
)
def append(given: Arguments) -> Value:
    """The source followed by the suffix. Nothing when the source is missing."""
    source = given.text(0)
    return None if source is None else source + (given.text(1) or "")


@function(
    "Prepend",
    "prefix",
    "source",
    examples=[Example('Prepend("x-", [employeeId])', "x-1000042", {"employeeId": "1000042"})],
)
def prepend(given: Arguments) -> Value:
    """The prefix followed by the source. Nothing when the source is missing."""
    source = given.text(1)
    return None if source is None else (given.text(0) or "") + source


@function(
    "ToLower",
    "source",
    "culture?",
    examples=[
        Example('ToLower("John.Smith@contoso.com")', "john.smith@contoso.com"),
        Example('ToLower("DIYARBAKIR", "tr-TR")', "dıyarbakır"),
    ],
    check=culture_checked,
)
def to_lower(given: Arguments) -> Value:
    """The source in lower case; the culture matters for Turkish and Azerbaijani (`tr`, `az`)."""
    source = given.text(0)
    if source is None:
        return None
    if _turkic(given):
        source = source.replace("I", "ı").replace("İ", "i")
    return lowered(source)


@function(
    "ToUpper",
    "source",
    "culture?",
    examples=[Example('ToUpper("abc")', "ABC"), Example('ToUpper("izmir", "tr-TR")', "İZMİR")],
    check=culture_checked,
)
def to_upper(given: Arguments) -> Value:
    """The source in upper case; the culture matters for Turkish and Azerbaijani (`tr`, `az`)."""
    source = given.text(0)
    if source is None:
        return None
    return raised(source.replace("i", "İ") if _turkic(given) else source)


@function(
    "Mid",
    "source",
    "start#1",
    "length#0",
    examples=[Example('Mid("John", 1, 3)', "Joh"), Example('Mid("Doe", 1, 5)', "Doe")],
)
def mid(given: Arguments) -> Value:
    """At most `length` characters of the source from `start` on, counted from 1."""
    source, start, length = given.text(0), given.whole(1), given.whole(2)
    if start < 1:
        raise given.refusal(
            gettext_noop("Mid counts characters from 1."),
            1,
            gettext_noop("Start at 1 for the whole text."),
        )
    if length < 0:
        raise given.refusal(
            gettext_noop("A length cannot be negative."), 2, gettext_noop("Write 0 or more.")
        )
    return None if source is None else source[start - 1 : start - 1 + length]


@function(
    "Left",
    "string",
    "n#",
    examples=[Example('Left("John Doe", 3)', "Joh"), Example("Left([mail], 3)", "")],
)
def left(given: Arguments) -> Value:
    """The first n characters; a negative n means all of them. Empty text when missing."""
    source, length = given.text(0) or "", given.whole(1)
    return source if length < 0 else source[:length]


@function("StripSpaces", "source", examples=[Example('StripSpaces("Mary Ann")', "MaryAnn")])
def strip_spaces(given: Arguments) -> Value:
    """The source without its space characters (U+0020 only)."""
    source = given.text(0)
    return None if source is None else source.replace(" ", "")


@function(
    "NormalizeDiacritics",
    "source",
    examples=[
        Example('NormalizeDiacritics("Zoë")', "Zoe"),
        Example('NormalizeDiacritics("Łukasz Großmann")', "Lukasz Grossmann"),
    ],
)
def normalize_diacritics(given: Arguments) -> Value:
    """The source without diacritics; æ, œ, ø, ß, ł and ı are spelled out, others stay."""
    source = given.text(0)
    if source is None or source.isascii():
        return source
    bare = DIACRITICS.sub("", unicodedata.normalize("NFD", source))
    return unicodedata.normalize("NFC", bare).translate(SPELLED_OUT)


@function(
    "Len",
    "string",
    examples=[Example('Len("John")', 4), Example("Len([mail])", 0)],
    gives=Gives.NUMBER,
)
def length_of(given: Arguments) -> Value:
    """How many characters the text has; 0 when it is missing."""
    return len(given.text(0) or "")


@function(
    "CStr",
    "value",
    examples=[
        Example("CStr([dn])", "cn=Joe,dc=contoso,dc=com", {"dn": "cn=Joe,dc=contoso,dc=com"})
    ],
)
def as_text(given: Arguments) -> Value:
    """A number, a boolean or a reference as text. Nothing when it is missing."""
    return given.text(0)


def lowered(text: str) -> str:
    """Lower case, character by character: the text keeps its length."""
    if not UNLIKE_ALONE.search(text):
        return text.lower()
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def raised(text: str) -> str:
    """Upper case, character by character: the text keeps its length."""
    if len(whole := text.upper()) == len(text):  # letters become more, never fewer
        return whole
    return "".join(up if len(up := c.upper()) == 1 else c for c in text)


def _turkic(given: Arguments) -> bool:
    culture = given.text(1) or ""
    if not _is_culture(culture):
        raise _no_culture(culture, given.position(1))
    return culture.lower().split("-")[0] in TURKIC


def _is_culture(text: str) -> bool:
    return all(part.isascii() and part.isalnum() for part in text.split("-") if text)


def _no_culture(text: str, position: int) -> ExpressionError:
    return ExpressionError(
        gettext_noop("%(name)s is no culture."),
        params={"name": text[:40]},
        position=position,
        advice=gettext_noop('Write a language tag such as "tr-TR".'),
    )
