"""JSON from a stranger: a value that is safe to walk and to store, or one typed error (threat T11).

Refused: nesting deeper than any resource, NaN and infinities, numbers too long to convert, two
`id`s in one object (last-key-wins must never decide an identity), anything that is not UTF-8.
Replaced: NUL and lone surrogates, which databases do not store.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import NoReturn, cast

from provisioning.core.resource import Value

DEEPEST = 32
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class NotJson(ValueError):
    """A body that is not JSON, or not JSON that any SCIM service would send."""


def parse(body: bytes) -> Value:
    """The value a body holds, or NotJson; nothing else is ever raised."""
    try:
        value = cast(
            Value,
            json.loads(
                body.decode("utf-8-sig"),
                parse_constant=_refuse_constant,
                parse_float=_finite,
                object_pairs_hook=_object,
            ),
        )
        if body.count(b"{") + body.count(b"[") > DEEPEST:  # else nothing can be nested so deeply
            _check_depth(value)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:200]) from None
    return _storable(value) if b"\\u" in body else value


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError("a number out of range")
    return number


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    value = dict(pairs)
    if len(value) != len(pairs) and sum(name.lower() == "id" for name, _ in pairs) > 1:
        raise ValueError("two ids in one object")
    return value


def _check_depth(value: Value) -> None:
    level: list[Value] = [value]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _children(value: Value) -> list[Value]:
    """The containers directly inside a value."""
    inside: list[Value] = []
    if isinstance(value, dict):
        inside = list(value.values())
    elif isinstance(value, list):
        inside = value
    return [child for child in inside if isinstance(child, dict | list)]


def _storable(value: Value) -> Value:
    """The same value without NUL and lone surrogates; its depth has been checked before."""
    if isinstance(value, str):
        return UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, dict):
        return {UNSTORABLE.sub(REPLACEMENT, k): _storable(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
