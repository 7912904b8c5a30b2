"""What Redact hides: values that only the application may see, as everybody else is shown them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import quote

from provisioning.core.json_values import is_unassigned
from provisioning.core.resource import Value

REDACTED = "[Redact]"
SHORTEST_PART = 4
"""Texts from this length on are also hidden where they are only part of another text."""


def shown(rows: Iterable[Sequence[Value]], paths: Collection[str]) -> list[list[Value]]:
    """Rows of a path and values, some paths' values hidden; that there is none is no secret."""
    return [
        [path, *(REDACTED if path in paths and not is_unassigned(one) else one for one in values)]
        for path, *values in rows
    ]


def secrets_of(rows: Iterable[Sequence[Value]], paths: Collection[str]) -> frozenset[str]:
    """The texts that stand in the hidden values of such rows."""
    hidden = (value for path, *values in rows if path in paths for value in values)
    return frozenset(text for value in hidden for text in _texts(value) if text)


def hide(value: Value, secrets: Collection[str]) -> Value:
    """A value with every secret hidden, wherever it stands in it."""
    if isinstance(value, str):
        return hide_in_text(value, secrets)
    if isinstance(value, Mapping):
        return {name: hide(part, secrets) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [hide(part, secrets) for part in value]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return REDACTED if number and str(value) in secrets else value


def hide_in_text(text: str, secrets: Collection[str]) -> str:
    """A text without any secret, as it is and as an address spells it."""
    if text in secrets:
        return REDACTED
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_PART:
            text = text.replace(secret, REDACTED).replace(quote(secret, safe=""), REDACTED)
    return text


def _texts(value: Value) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
