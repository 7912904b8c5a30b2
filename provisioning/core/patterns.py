"""Regular expressions that a person typed: the one door to google-re2, which is linear in time.

Limits of threat T22: 1,000 characters of pattern, 10,000 of text, 1 MiB of memory, and a bound on
the work of repeated searches, which are quadratic even in RE2 (measured: 27 s without it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Protocol, TypeAlias, cast

import re2  # type: ignore[import-untyped]  # google-re2 ships no types; the protocols below do

from provisioning.core.errors import PositionedError
from provisioning.core.wording import gettext_noop

MAX_PATTERN = 1_000
MAX_TEXT = 10_000
MAX_GROUPS = 20
MAX_WORK = 30_000_000
"""Program size × characters, summed over the searches of one text: about 50 ms."""

UNSUPPORTED = gettext_noop(
    "Look-around, back-references, possessive and atomic groups, and repetitions above 1,000 are"
    " not supported: write the pattern without them."
)
ESCAPE_FIRST = gettext_noop(
    "Correct the pattern. A character with a meaning, such as ( or *, needs a \\ before."
)


class Occurrence(Protocol):
    """One match of a pattern in a text."""

    def group(self, group: int | str) -> str | None: ...
    def start(self, group: int = 0) -> int: ...
    def end(self, group: int = 0) -> int: ...


class _Compiled(Protocol):
    programsize: int
    groups: int
    groupindex: Mapping[str, int]

    def search(self, text: str) -> Occurrence | None: ...
    def fullmatch(self, text: str) -> Occurrence | None: ...
    def finditer(self, text: str) -> Iterator[Occurrence]: ...


Rewrite: TypeAlias = Callable[[Occurrence], tuple[int, int, str]]
"""For one occurrence: what to replace, from where to where, by what."""


class Pattern:
    """A compiled pattern; texts beyond the limit raise `PositionedError` or do not match."""

    __slots__ = ("_compiled", "_size", "groups", "text")

    def __init__(self, text: str, compiled: _Compiled) -> None:
        self.text = text
        self.groups = dict(compiled.groupindex)
        self._size = compiled.programsize
        self._compiled = compiled

    def group_number(self, name: str) -> int | None:
        """The number of a group given by name or number, if the pattern has it."""
        if name.isascii() and name.isdigit() and len(name) <= 2:
            return int(name) if int(name) <= self._compiled.groups else None
        return self.groups.get(name)

    def reads(self, text: str) -> bool:
        """Whether the text is within the limits for one search."""
        return len(text) <= MAX_TEXT and self.effort(len(text)) <= MAX_WORK

    def effort(self, length: int) -> int:
        """The work of one search in so many characters, at most."""
        return self._size * length

    def equals(self, text: str) -> bool:
        """Whether the pattern describes the whole text, which it must be able to read."""
        return self.reads(text) and self._compiled.fullmatch(encodable(text)) is not None

    def occurs_in(self, text: str) -> bool:
        """Whether the pattern describes some part of the text, which it must be able to read."""
        return self.reads(text) and self._compiled.search(encodable(text)) is not None

    def first(self, text: str) -> Occurrence | None:
        """The first occurrence in a text; `PositionedError` when it cannot be read."""
        return self._compiled.search(self._bounded(text))

    def rewrite(self, text: str, rewrite: Rewrite, limit: int) -> str:
        """The text with every occurrence rewritten; more than `limit` characters are refused."""
        text = self._bounded(text)
        pieces: list[str] = []
        reached = size = 0
        work = self.effort(len(text))
        for occurrence in self._compiled.finditer(text):
            start, end, replacement = rewrite(occurrence)
            pieces += text[reached:start], replacement
            size += start - reached + len(replacement)
            reached = end
            work += self.effort(len(text) - occurrence.end())
            if size > limit or work > MAX_WORK:
                raise _too_much()
        return "".join([*pieces, text[reached:]])

    def _bounded(self, text: str) -> str:
        if len(text) > MAX_TEXT:
            raise PositionedError(
                gettext_noop(
                    "The text has %(length)s characters; patterns work on %(limit)s at most."
                ),
                params={"length": f"{len(text):,}", "limit": f"{MAX_TEXT:,}"},
                advice=gettext_noop("Shorten the text before with Left or Mid."),
            )
        if not self.reads(text):
            raise _too_much()
        return encodable(text)


@lru_cache(maxsize=512)
def compile_pattern(text: str, *, ignore_case: bool = False, capture: bool = False) -> Pattern:
    """The pattern, or `PositionedError` with the position in it and what RE2 cannot do.

    Without `capture` groups only group, which keeps matching fast for any number of them.
    """
    if len(text) > MAX_PATTERN:
        raise PositionedError(
            gettext_noop("The pattern has %(length)s characters; %(limit)s are allowed."),
            params={"length": f"{len(text):,}", "limit": f"{MAX_PATTERN:,}"},
            position=MAX_PATTERN,
            advice=gettext_noop("Shorten the pattern."),
        )
    try:
        compiled = cast(_Compiled, re2.compile(text, _options(ignore_case, capture)))
    except re2.error as error:
        raise _explained(text, error.args[0].decode("utf-8", "replace")) from None
    except UnicodeEncodeError as error:
        raise PositionedError(
            gettext_noop("The pattern holds half a character."),
            position=error.start,
            advice=gettext_noop("Type it again."),
        ) from None
    if compiled.groups > MAX_GROUPS:
        raise PositionedError(
            gettext_noop("The pattern has %(count)s groups; %(limit)s are allowed."),
            params={"count": compiled.groups, "limit": MAX_GROUPS},
            advice=gettext_noop("Write (?:…) for groups whose text is not needed."),
        )
    return Pattern(text, compiled)


def _options(ignore_case: bool, capture: bool) -> object:
    options = re2.Options()
    options.max_mem = 1 << 20
    options.log_errors = False  # RE2 would print patterns to standard error
    options.case_sensitive = not ignore_case
    options.never_capture = not capture
    return options


def _explained(text: str, reason: str) -> PositionedError:
    """RE2's complaint with the place it means."""
    complaint, _, fragment = reason.partition(": ")
    position = _position(text, complaint, fragment)
    hints = {"invalid perl operator", "invalid escape sequence", "bad repetition operator"}
    unsupported = complaint in hints or complaint == "invalid repetition size"
    shown = f" ({fragment[:40]})" if fragment and fragment != text else ""
    return PositionedError(
        gettext_noop("The pattern cannot be used: %(complaint)s at character %(place)s."),
        params={"complaint": f"{complaint}{shown}", "place": position + 1},
        position=position,
        advice=UNSUPPORTED if unsupported else ESCAPE_FIRST,
    )


def _position(text: str, complaint: str, fragment: str) -> int:
    if complaint in ("missing )", "unexpected )"):
        return _odd_parenthesis(text)
    if complaint.startswith("trailing"):
        return len(text) - 1
    places = [place for place in _units(text) if text.startswith(fragment, place)]
    return places[0] if places else max(text.find(fragment), 0)


def _units(text: str) -> Iterator[int]:
    """Where each character starts, an escaped one counting as one with its backslash."""
    place = 0
    while place < len(text):
        yield place
        place += 2 if text[place] == "\\" else 1


def _odd_parenthesis(text: str) -> int:
    """The first ) without a (, else the last ( without a )."""
    opened: list[int] = []
    in_class = False
    for place in _units(text):
        character = text[place]
        if in_class or character == "[":
            in_class = character != "]"
        elif character == "(":
            opened.append(place)
        elif character == ")":
            if not opened:
                return place
            opened.pop()
    return opened[-1] if opened else 0


def _too_much() -> PositionedError:
    return PositionedError(
        gettext_noop("The pattern has too much to do in this text."),
        advice=gettext_noop(
            "Make the pattern simpler, or shorten the text before with Left or Mid."
        ),
    )


def encodable(text: str) -> str:
    """The text with half characters (lone surrogates) replaced, so that it can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
