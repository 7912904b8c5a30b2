"""Functions whose values are drawn by chance (entra-provisioning 7.2).

The draws come from the bytes that the context hands in: the same bytes give the same values, and
bytes that nobody knows give values that nobody can guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from uuid import UUID

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

MAX_RANDOM = 256

DIGITS = "0123456789"
SPECIAL = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()
CLASSES = (DIGITS, SPECIAL, CAPITALS, SMALL)
"""What Windows' password rules tell apart, in the order of RandomString's arguments."""


@function("Guid", examples=[Example("Guid()", "8a9078e9-1c78-48d4-b286-3b4d102d221e")], varies=True)
def new_guid(given: Arguments) -> Value:
    """A new random identifier."""
    draws = _draws(given)
    return str(UUID(bytes=bytes(next(draws) for _ in range(16)), version=4))


@function(
    "RandomString",
    "length#0",
    "minimumNumbers#0",
    "minimumSpecialCharacters#0",
    "minimumCapital#0",
    "minimumLowerCase#0",
    "charactersToAvoid?",
    examples=[
        Example("RandomString(6, 3, 0, 0, 3)", "84zq0c"),
        Example('Redact(RandomString(10, 2, 2, 2, 1, "?,"))', '\\6;If1("NQ'),
    ],
    varies=True,
)
def random_string(given: Arguments) -> Value:
    """A random text with at least so many characters of each kind, 256 characters at most.

    What the minima leave open is filled from the kinds that have one; without any minimum, from
    letters and digits. Put Redact around it, so that no log shows it.
    """
    length, minima = given.whole(0), [given.whole(index) for index in range(1, 5)]
    for index, number in enumerate((length, *minima)):
        if not 0 <= number <= MAX_RANDOM:
            raise given.refusal(
                gettext_noop("RandomString counts from 0 to 256."),
                index,
                gettext_noop("Write a number between the two."),
            )
    if sum(minima) > length:
        raise given.refusal(
            gettext_noop("The minima add up to %(sum)s, more than the length of %(length)s."),
            0,
            gettext_noop("Make the text longer, or a minimum smaller."),
            sum=sum(minima),
            length=length,
        )
    return _drawn(given, length, minima)


def _drawn(given: Arguments, length: int, minima: list[int]) -> str:
    avoid = given.text(5) or ""
    kinds = ["".join(c for c in kind if c not in avoid) for kind in CLASSES]
    asked = [(kind, least) for kind, least in zip(kinds, minima, strict=True) if least]
    filler = "".join(kind for kind, _ in asked or [(kinds[place], 0) for place in (0, 2, 3)])
    if not all(kind for kind, _ in asked) or (length and not filler):
        raise given.refusal(
            gettext_noop("Nothing is left to draw from: too many characters are avoided."),
            5,
            gettext_noop("Avoid fewer characters."),
        )
    given.spend(length)
    draws = _draws(given)
    drawn = [_one_of(kind, draws) for kind, least in asked for _ in range(least)]
    drawn += [_one_of(filler, draws) for _ in range(length - len(drawn))]
    return "".join(_shuffled(drawn, draws))


def _draws(given: Arguments) -> Iterator[int]:
    """Bytes without end, others at each place of an expression."""
    seed = given.context.seed
    if seed is None:
        raise given.refusal(
            gettext_noop("There is no source of chance here."),
            0,
            gettext_noop("Cycles, previews and the evaluate command have one."),
        )
    return _stream(seed, given.place)


def _stream(seed: bytes, place: int) -> Iterator[int]:
    number = 0
    while True:
        yield from blake2b(f"{place}/{number}".encode(), key=seed[:64]).digest()
        number += 1


def _below(limit: int, draws: Iterator[int]) -> int:
    """A number from 0 up to the limit (256 at most), each as likely as any other."""
    even = 256 - 256 % limit
    return next(draw for draw in draws if draw < even) % limit


def _one_of(characters: str, draws: Iterator[int]) -> str:
    return characters[_below(len(characters), draws)]


def _shuffled(items: list[str], draws: Iterator[int]) -> list[str]:
    for last in range(len(items) - 1, 0, -1):
        other = _below(last + 1, draws)
        items[last], items[other] = items[other], items[last]
    return items
