"""Whether a target already holds what it should: equality by the schema's characteristics.

A deviation from RFC 7643, section 7: only identifiers that the RFC marks `caseExact: false` ignore
case here (a changed `ANA@example.org` is no change). In names, titles and departments an
administrator who corrects "ana" to "Ana" expects to see "Ana", so human text compares exactly.
Telephone numbers with a country code are compared as numbers (RFC 7643, 4.1.2: the same number has
many spellings), e-mail addresses without case.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from provisioning.core.attribute_path import AttributePath
from provisioning.core.json_values import (
    as_object,
    elements,
    entry,
    is_list,
    is_unassigned,
)
from provisioning.core.phones import canonical_number
from provisioning.core.resource import Kind, Value
from provisioning.core.schema import Type, as_typed, characteristics

Form: TypeAlias = Callable[[str], str]
"""The form of a text in which spellings of the same are equal."""

_IDENTIFIERS: Final = frozenset({"username", "emails.value", "preferredlanguage", "locale"})
_NUMBER: Final = "phonenumbers.value"
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
        return _lists_equal(path, elements(desired), elements(current))
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
    return key_to_match(path, kind, asked) == key_to_match(path, kind, returned)


def key_to_match(path: AttributePath, kind: Kind, value: Value) -> str:
    """One text for all values that match each other, by the attribute's `caseExact`."""
    form = _exact if characteristics(path, kind).case_exact else _folded
    return _signature(_plain(value), form)


def _texts_equal(path: AttributePath, kind: Kind, desired: str, current: str) -> bool:
    rules = characteristics(path, kind)
    if rules.type in (Type.BOOLEAN, Type.DECIMAL):
        return as_typed(path, kind, desired) == as_typed(path, kind, current)
    form = _form(path)
    return form(desired) == form(current)


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


def _lists_equal(path: AttributePath, desired: list[Value], current: list[Value]) -> bool:
    names = _telling_names(desired)
    forms = [_form(_below(path, name)) for name in names]

    def signatures(values: list[Value]) -> set[tuple[str, ...]]:
        return {
            tuple(
                _signature(entry(as_object(value), name), form)
                for name, form in zip(names, forms, strict=True)
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
def _form(path: AttributePath) -> Form:
    if path.sub is not None and path.sub.lower() == "type":
        return _folded
    name = path.attribute if path.sub is None else f"{path.attribute}.{path.sub}"
    if path.urn is not None:
        return _exact
    if name.lower() == _NUMBER:
        return _number
    return _folded if name.lower() in _IDENTIFIERS else _exact


def _plain(value: Value) -> Value:
    return entry(value, "value") if isinstance(value, Mapping) else value


def _exact(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    return _exact(text).casefold()


def _number(text: str) -> str:
    """A number without a country code is only itself: nobody says where it rings."""
    return canonical_number(text, "") or _exact(text)


def _signature(value: Value, form: Form = _exact) -> str:
    """One text for all values that count as the same; absent and false are one."""
    if isinstance(value, Mapping):
        members = ((name.lower(), _signature(item, form)) for name, item in value.items())
        return json.dumps(sorted(members))
    if is_list(value):
        return json.dumps(sorted(_signature(item, form) for item in elements(value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = "" if value is None else str(value)
    word = text.lower()
    if word in _FLAGS:
        return _FLAGS[word]
    return form(text)
