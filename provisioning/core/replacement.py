"""A whole resource to PUT, for targets without PATCH (RFC 7644, section 3.5.1).

A replacement takes away what it does not name. So it is the resource as the target shows it, with
the changes made, and without what only the target may write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, apply
from provisioning.core.json_values import as_object, elements, entry, replaced
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import Mutability, as_typed, characteristics
from provisioning.core.urns import CORE_GROUP, CORE_USER

_MEMBERS = AttributePath(None, "members")


def replacement_body(changes: Sequence[Change], current: Resource, kind: Kind) -> dict[str, Value]:
    """`current` as the changes make it, in the target's own spelling and order."""
    typed = [Change(c.path, c.old, as_typed(c.path, kind, c.new)) for c in changes]
    changed = {
        name: _writable_part(name, value, kind)
        for name, value in apply(typed, current).items()
        if name.lower() == "id" or not _is_read_only(AttributePath(None, name), kind)
    }
    return replaced(changed, "schemas", _schemas(changed, kind))


def with_members(resource: Resource, add: Collection[str], remove: Collection[str]) -> Resource:
    """The group with joiners and without leavers; whoever stays is told as the target tells it."""
    held = [as_object(member) for member in elements(_MEMBERS.get(resource))]
    staying = [member for member in held if str(entry(member, "value")) not in set(remove)]
    known = {str(entry(member, "value")) for member in staying}
    joining = [{"value": one} for one in add if one not in known]
    return _MEMBERS.set(resource, cast(Value, [*staying, *joining]))


def _schemas(resource: Resource, kind: Kind) -> Value:
    """What the resource says of itself, and each extension it holds by now."""
    core = CORE_USER if kind is Kind.USER else CORE_GROUP
    named = [str(one) for one in elements(entry(resource, "schemas"))] or [core]
    known = {one.lower() for one in named}
    extensions = [name for name in resource if _is_extension(name)]
    return [*named, *(name for name in extensions if name.lower() not in known)]


def _is_extension(name: str) -> bool:
    return name.lower().startswith("urn:")


def _writable_part(name: str, value: Value, kind: Kind) -> Value:
    """An extension without what is the target's to write: no complex core attribute has such."""
    if not isinstance(value, Mapping):
        return value
    return {
        inner: _writable_subs(AttributePath(name, inner), item, kind)
        for inner, item in value.items()
    }


def _writable_subs(path: AttributePath, value: Value, kind: Kind) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {
        name: item
        for name, item in value.items()
        if not _is_read_only(AttributePath(path.urn, path.attribute, None, name), kind)
    }


def _is_read_only(path: AttributePath, kind: Kind) -> bool:
    return characteristics(path, kind).mutability is Mutability.READ_ONLY
