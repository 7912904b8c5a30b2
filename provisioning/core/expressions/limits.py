"""The limits of threat T23: what an expression and its values may cost at most."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from provisioning.core.errors import ExpressionError
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_NODES = 2_000
MAX_STEPS = 10_000
"""Chosen so that all of them take less than 50 ms (docs/adr/0014)."""

STEP_BYTES = 32
"""So much of a text counts as one step, when it is made and whenever a function looks at it."""

MAX_VALUE = 64 * 1024
"""Bytes of UTF-8 in one value, the elements of a list together."""

MAX_NESTING = 20
MAX_NUMBER_BITS = 4_096


def weight(value: Value, position: int) -> int:
    """How many steps a value counts: one for each of its parts, and one for 32 bytes of text.

    `ExpressionError` when it is too large or is not JSON's.
    """
    if value is None or isinstance(value, bool):
        return 0
    if isinstance(value, str) and len(value) * 4 <= MAX_VALUE:
        return len(value) // STEP_BYTES
    size = parts = 0
    pending: list[tuple[Value, int]] = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > MAX_NESTING:
            raise too_large(gettext_noop("A value is nested too deeply."), position)
        size += _own_size(item, position)
        if size > MAX_VALUE:
            sentence = gettext_noop("A value is larger than %(limit)s KiB.")
            raise too_large(sentence, position, MAX_VALUE // 1024)
        inner = _parts(item)
        parts += len(inner)
        pending += [(part, depth + 1) for part in inner]
    return parts + size // STEP_BYTES


def too_large(sentence: str, position: int, limit: int | str = "") -> ExpressionError:
    """The one refusal for sizes; the sentence may name the limit."""
    return ExpressionError(
        sentence,
        params={"limit": limit},
        position=position,
        advice=gettext_noop("Shorten the values, or split the expression over several mappings."),
    )


def _own_size(item: Value, position: int) -> int:
    if isinstance(item, str):
        return len(item.encode("utf-8", "surrogatepass"))
    if isinstance(item, Mapping):
        return sum(len(str(name)) * 4 for name in item) + 2
    if isinstance(item, int) and item.bit_length() > MAX_NUMBER_BITS:
        raise too_large(gettext_noop("A number has too many digits."), position)
    finite = not isinstance(item, float) or isfinite(item)
    if finite and (item is None or isinstance(item, bool | int | float | list | tuple)):
        return 4
    raise ExpressionError(
        gettext_noop("A value of the kind %(kind)s is none that JSON has."),
        params={"kind": type(item).__name__},
        position=position,
        advice=gettext_noop("Use text, finite numbers, true or false, lists and objects."),
    )


def _parts(item: Value) -> list[Value]:
    if isinstance(item, Mapping):
        return list(item.values())
    return list(item) if isinstance(item, list | tuple) else []
