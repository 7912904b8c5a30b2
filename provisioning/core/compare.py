"""Whether a target already holds what it should: equality by the schema's characteristics.

A deviation from RFC 7643, section 7: only identifiers that the RFC marks `caseExact: false` ignore
case here (a changed `ANA@example.org` is no change). In names, titles and departments an
administrator who corrects "ana" to "Ana" expects to see "Ana", so human text compares exactly.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.json_values import (
    as_object,
    elements,
    entry,
    is_list,
    is_unassigned,
)
from provisioning.core.resource import Kind, Value
from provisioning.core.schema import Type, as_typed, characteristics

_IDENTIFIERS: Final = frozenset({"username", "emails.value", "preferredlanguage", "locale"})
_FLAGS: Final = {"true": "true", "false": ""}
_DERIVED: Final = frozenset({"display", "$ref"})
"""What a target computes itself in a multi-valued attribute; it says nothing of equality."""


def equal(path: AttributePath, kind: Kind, desired: Value, current: Value) -> bool:
    """Whether writing `desired` over `current` would change nothing worth a request.

    Texts compare in their composed form (NFC), outer spaces included; "True" equals true; a
    reference equals the id it holds; multi-values are sets, compared by what `desired` says of
    each of them.
    """
    if isinstance(desired, str) and isinstance(current, str):
        return desired == current or _texts_equal(path, kind, desired, current)
    if desired is current:
        return True
    cleared, nothing_there = is_unassigned(desired), is_unassigned(current)
    if cleared or nothing_there:
        return cleared and nothing_there
    if is_list(desired) or is_list(current):
        return _lists_equal(path, kind, elements(desired), elements(current))
    if isinstance(desired, Mapping) or isinstance(current, Mapping):
        return _objects_equal(path, kind, as_object(desired), as_object(current))
    return _signature(desired).lower() == _signature(current).lower()


def equal_with_echo(
    path: AttributePath, kind: Kind, desired: Value, current: Value, echo: Mapping[str, Value]
) -> bool:
    """Equality that knows how this target keeps a value of its own making.

    `echo` is what was sent and what was then seen: a telephone number that comes back with spaces
    is not sent again while it is still the number that was sent, and still kept that way (F18).
    """
    if equal(path, kind, desired, current):
        return True
    if "sent" not in echo or "seen" not in echo:
        return False
    return equal(path, kind, desired, echo["sent"]) and equal(path, kind, echo["seen"], current)


def matches(path: AttributePath, kind: Kind, asked: Value, returned: Value) -> bool:
    """Whether a resource that a filter returned really has the asked value (T13).

    Here the RFC's own case rule decides, since the target compared by it.
    """
    if is_unassigned(asked) or is_unassigned(returned):
        return False
    fold = not characteristics(path, kind).case_exact
    return _signature(_plain(asked), fold) == _signature(_plain(returned), fold)


def _texts_equal(path: AttributePath, kind: Kind, desired: str, current: str) -> bool:
    rules = characteristics(path, kind)
    if rules.type in (Type.BOOLEAN, Type.DECIMAL):
        return as_typed(path, kind, desired) == as_typed(path, kind, current)
    fold = _ignores_case(path, kind)
    return _text(desired, fold) == _text(current, fold)


def _objects_equal(
    path: AttributePath, kind: Kind, desired: Mapping[str, Value], current: Mapping[str, Value]
) -> bool:
    """Only what `desired` names counts; of a reference only its id."""
    names = list(desired)
    if characteristics(path, kind).type is Type.REFERENCE:
        names = ["value"]
    return all(
        equal(_below(path, name), kind, entry(desired, name), entry(current, name))
        for name in names
    )


def _lists_equal(
    path: AttributePath, kind: Kind, desired: list[Value], current: list[Value]
) -> bool:
    names = _telling_names(desired)
    folds = [_ignores_case(_below(path, name), kind) for name in names]

    def signatures(values: list[Value]) -> set[tuple[str, ...]]:
        return {
            tuple(
                _signature(entry(as_object(value), name), fold)
                for name, fold in zip(names, folds, strict=True)
            )
            for value in values
            if not is_unassigned(value)
        }

    return signatures(desired) == signatures(current)


def _telling_names(desired: list[Value]) -> list[str]:
    """The sub-attributes by which the values are told apart: those that are asked for."""
    objects = [as_object(value) for value in desired]
    names = {
        name.lower()
        for members in objects
        for name, value in members.items()
        if not is_unassigned(value)
    }
    return sorted(names - _DERIVED) or ["value"]


@lru_cache(maxsize=4096)
def _below(path: AttributePath, name: str) -> AttributePath:
    return AttributePath(path.urn, path.attribute, path.filter, name)


@lru_cache(maxsize=4096)
def _ignores_case(path: AttributePath, kind: Kind) -> bool:
    if path.sub is not None and path.sub.lower() == "type":
        return True
    name = path.attribute if path.sub is None else f"{path.attribute}.{path.sub}"
    return path.urn is None and name.lower() in _IDENTIFIERS


def _plain(value: Value) -> Value:
    return entry(value, "value") if isinstance(value, Mapping) else value


def _text(text: str, fold: bool) -> str:
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return composed.casefold() if fold else composed


def _signature(value: Value, fold: bool = False) -> str:
    """One text for all values that count as the same; absent and false are one."""
    if isinstance(value, Mapping):
        members = ((name.lower(), _signature(item, fold)) for name, item in value.items())
        return json.dumps(sorted(members))
    if is_list(value):
        return json.dumps(sorted(_signature(item, fold) for item in elements(value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = "" if value is None else str(value)
    word = text.lower()
    if word in _FLAGS:
        return _FLAGS[word]
    return _text(text, fold)
