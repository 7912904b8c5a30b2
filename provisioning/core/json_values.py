"""What RFC 7643 says of any JSON value: names ignore case (2.1), null is unassigned (2.5).

A resource keeps the spelling it came with, whatever spelling a path uses.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.resource import Value


def spelling(members: Mapping[str, Value], name: str) -> str | None:
    """The name under which the attribute is kept there, None when it is not."""
    if name in members:
        return name
    wanted = name.lower()
    for key in members:
        if key.lower() == wanted:
            return key
    return None


def entry(members: Mapping[str, Value], name: str) -> Value:
    """The attribute's value, None when there is none."""
    if name in members:
        return members[name]
    key = spelling(members, name)
    return None if key is None else members[key]


def replaced(members: Mapping[str, Value], name: str, value: Value) -> dict[str, Value]:
    """A copy with the attribute set, under the spelling it had; None takes it away."""
    key = spelling(members, name) or name
    copy = dict(members)
    if value is None:
        copy.pop(key, None)
    else:
        copy[key] = value
    return copy


def is_unassigned(value: Value) -> bool:
    """Whether nothing is there: null, an empty list, and an object or list of nothing.

    An empty text counts too. RFC 7643 leaves it assigned, but targets keep `""` for a cleared
    value, and clearing it again in every cycle would never end.
    """
    if value is None or value == "":
        return True
    if isinstance(value, str | int | float):
        return False
    items = value.values() if isinstance(value, Mapping) else value
    return all(is_unassigned(item) for item in items)


def is_list(value: Value) -> bool:
    """Whether the value is a list of JSON."""
    return isinstance(value, list | tuple)


def elements(value: Value) -> list[Value]:
    """The values of a multi-valued attribute; what is no list counts as its only value."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def as_object(value: Value) -> Mapping[str, Value]:
    """The value with its sub-attributes; a plain value is its own `value` (RFC 7643, 2.4)."""
    if isinstance(value, Mapping):
        return value
    return {} if value is None else {"value": value}
