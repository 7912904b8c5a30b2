"""Secrets as a type: what was typed in is checked once, masked everywhere, revealed on purpose.

Threats T32 and T33 of the threat model: a token must never reach an exception, a log or a page, so
no sentence here repeats what was typed.
"""

from __future__ import annotations

from typing import NoReturn

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop

MASK = "********"
SHORTEST = 8
LONGEST = 16_384
ADVICE = gettext_noop("Copy it again from the application, the whole of it and nothing else.")


class Secret:
    """A text that shows itself only to who calls `reveal`; it cannot be pickled or put in JSON."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends or encrypts it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not serialised.")


class MaskedText(str):
    """A header value that masks itself in the `repr` of every dictionary it travels in."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


def check_token(text: str) -> Secret:
    """The secret that was typed in, trimmed; anything no server could have issued is refused."""
    token = text.strip()
    if not token:
        raise _refused(gettext_noop("The secret token is empty."))
    if len(token) < SHORTEST:
        raise _refused(
            gettext_noop("The secret token is too short: it has fewer than %(limit)s characters."),
            limit=SHORTEST,
        )
    if len(token) > LONGEST:
        raise _refused(
            gettext_noop("The secret token is too long: it has more than %(limit)s characters."),
            limit=LONGEST,
        )
    if any(character.isspace() for character in token):
        raise _refused(gettext_noop("The secret token has a space or a line break inside."))
    if not all("!" <= character <= "~" for character in token):
        raise _refused(
            gettext_noop("The secret token has characters that no token has: accents or controls.")
        )
    return Secret(token)


def _refused(sentence: str, **params: int) -> ConfigurationError:
    return ConfigurationError(sentence, params=params, advice=ADVICE, code="InvalidSecretToken")
