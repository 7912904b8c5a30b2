"""A PatchOp that was pushed, applied to a resource (RFC 7644, section 3.5.2), in both dialects.

Entra capitalises operations, writes booleans as texts, removes by a list of values, and expects a
filtered path that selects nothing to create its value. The members of a group stand apart, because
there may be many thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import AttributePathError
from provisioning.core.inbound.definitions import CORE, EXTENSIONS, Attribute
from provisioning.core.inbound.reading import OURS, cleaned
from provisioning.core.inbound.refusals import (
    Refusal,
    invalid_path,
    invalid_syntax,
    invalid_value,
    read_only,
)
from provisioning.core.json_values import as_object, elements, entry, replaced
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import Mutability

OPERATIONS: Final = ("add", "replace", "remove")


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One operation on the members of a group; a removal of None takes everybody away."""

    op: str
    members: tuple[Mapping[str, Value], ...] | None


@dataclass(slots=True)
class Patched:
    """A resource after its operations, and what is to be done to its members, in order."""

    resource: dict[str, Value]
    members: list[MemberChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Operation:
    op: str
    path: AttributePath
    value: Value


def apply_patch(body: Value, resource: Resource, kind: Kind) -> Patched:
    """The resource as the operations leave it; `Refusal` when one of them cannot be done."""
    patched = Patched(dict(resource))
    for one in _read(body, kind):
        if kind is Kind.GROUP and one.path.urn is None and one.path.attribute.lower() == "members":
            patched.members.append(_member_change(one))
        else:
            patched.resource = _applied(one, patched.resource, kind)
    patched.resource = cleaned(patched.resource, kind)
    return patched


def _read(body: Value, kind: Kind) -> Iterator[_Operation]:
    listed = entry(body, "Operations") if isinstance(body, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise invalid_syntax("Operations must be a list of at least one operation.")
    for item in listed:
        if not isinstance(item, Mapping):
            raise invalid_syntax("Each operation must be an object.")
        op = str(entry(item, "op") or "").lower()
        if op not in OPERATIONS:
            raise invalid_syntax("op must be add, replace or remove.")
        yield from _located(op, entry(item, "path"), entry(item, "value"), kind)


def _located(op: str, path: Value, value: Value, kind: Kind) -> Iterator[_Operation]:
    if path is not None and not isinstance(path, str):
        raise invalid_path("path must be a text.")
    if path and path.strip():
        yield from _at(op, path.strip(), value, kind, explicit=True)
    elif op == "remove":
        raise Refusal(400, "A remove operation needs a path.", "noTarget")
    elif not isinstance(value, Mapping):
        raise invalid_syntax("An operation without a path needs an object as its value.")
    else:
        for name, item in value.items():
            yield from _at(op, name, item, kind, explicit=False)


def _at(op: str, text: str, value: Value, kind: Kind, *, explicit: bool) -> Iterator[_Operation]:
    extension = EXTENSIONS[kind].get(text.lower())
    if extension is None:
        yield from _at_attribute(op, text, value, kind, explicit=explicit)
    elif op == "remove":
        for one in extension.attributes.values():
            yield _Operation(op, AttributePath(extension.urn, one.name), None)
    elif not isinstance(value, Mapping):
        raise invalid_value(f"{extension.urn} must be an object.")
    else:
        for name, item in value.items():
            yield from _at_attribute(op, f"{extension.urn}:{name}", item, kind, explicit=explicit)


def _at_attribute(
    op: str, text: str, value: Value, kind: Kind, *, explicit: bool
) -> Iterator[_Operation]:
    try:
        path = AttributePath.parse(text)
    except AttributePathError as error:
        raise invalid_path(f"{text[:200]}: {error.message}") from None
    known = _declared(path, kind)
    writable = known is None or known.rules.mutability is not Mutability.READ_ONLY
    if (path.urn is None and path.attribute.lower() in OURS) or not writable:
        if explicit:
            raise read_only(path.attribute)
        return
    if known is not None and known.rules.required and (op == "remove" or value is None):
        raise invalid_value(f"{known.name} is required: it cannot be removed.")
    yield _Operation(op, path, value)


def _declared(path: AttributePath, kind: Kind) -> Attribute | None:
    if path.urn is None:
        return CORE[kind].attributes.get(path.attribute.lower())
    schema = EXTENSIONS[kind].get(path.urn.lower())
    return schema.attributes.get(path.attribute.lower()) if schema is not None else None


def _applied(one: _Operation, resource: dict[str, Value], kind: Kind) -> dict[str, Value]:
    path, declared = one.path, _declared(one.path, kind)
    if one.op == "remove" and one.value and path.filter is None and path.sub is None:
        return path.set(resource, _without(path.read_attribute(resource), one.value))
    if one.op == "remove" or one.value is None:
        return path.remove(resource)
    whole = path.filter is None and path.sub is None
    if declared is not None and whole and declared.rules.multi_valued:
        return path.set(resource, _values(one, path.read_attribute(resource)))
    if declared is not None and whole and declared.subs:
        return path.set(resource, _merged(declared, path.read_attribute(resource), one.value))
    return _set(path, resource, one.value)


def _set(path: AttributePath, resource: dict[str, Value], value: Value) -> dict[str, Value]:
    try:
        changed = path.set(resource, value)
    except AttributePathError as error:
        raise Refusal(400, error.message, "noTarget") from None
    if (path.sub or "").lower() == "primary" and str(value).lower() == "true":
        return path.set(_none_primary(path, changed), True)
    return changed


def _none_primary(path: AttributePath, resource: dict[str, Value]) -> dict[str, Value]:
    whole = AttributePath(path.urn, path.attribute)
    return whole.set(resource, [_secondary(item) for item in elements(whole.get(resource))])


def _values(one: _Operation, held: Value) -> Value:
    """The values of a multi-valued attribute: all new ones, or the new ones beside the old."""
    given = elements(one.value)
    if one.op == "replace":
        return given
    there = elements(held)
    new = [item for item in given if not any(_same(item, old) for old in there)]
    if any(entry(as_object(item), "primary") is True for item in new):
        there = [_secondary(item) for item in there]
    return [*there, *new]


def _secondary(item: Value) -> Value:
    """A resource has one primary value at most (RFC 7643, 2.4)."""
    if isinstance(item, Mapping) and entry(item, "primary") is True:
        return replaced(item, "primary", False)
    return item


def _same(item: Value, other: Value) -> bool:
    return as_object(item) == as_object(other)


def _without(held: Value, leaving: Value) -> Value:
    gone = {str(entry(as_object(item), "value")) for item in elements(leaving)}
    kept = [item for item in elements(held) if str(entry(as_object(item), "value")) not in gone]
    return kept or None


def _merged(declared: Attribute, held: Value, value: Value) -> Value:
    """A complex attribute keeps the sub-attributes that a new value does not name."""
    if not isinstance(value, Mapping) or "value" in declared.subs:
        # A reference to somebody else keeps nothing of what was said of the one before.
        return value
    merged: dict[str, Value] = dict(held) if isinstance(held, Mapping) else {}
    for name, item in value.items():
        merged = replaced(merged, name, item)
    return merged


def _member_change(one: _Operation) -> MemberChange:
    if one.path.sub is not None:
        raise invalid_path("Members are added and removed whole.")
    if one.path.filter is not None:
        return MemberChange(one.op, (_named_member(one.path),))
    if one.value is None:
        return MemberChange(one.op, None if one.op == "remove" else ())
    return MemberChange(one.op, named_members(one.value))


def named_members(value: Value) -> tuple[Mapping[str, Value], ...]:
    """The members that a value names, each with its `value`; `Refusal` when one has none."""
    members = tuple(as_object(item) for item in elements(value))
    for one in members:
        identifier = entry(one, "value")
        if not isinstance(identifier, str) or not identifier.strip():
            raise invalid_value("Each member needs a value: the id of a user or group.")
    return members


def _named_member(path: AttributePath) -> Mapping[str, Value]:
    named = path.discriminators or {}
    identifier = entry(named, "value")
    if len(named) != 1 or not isinstance(identifier, str):
        raise Refusal(400, 'Name a member by members[value eq "ID"].', "invalidFilter")
    return {"value": identifier}
