"""Desired against current: the fewest changes that make a resource what it should be (I08).

Only the paths of `desired` are looked at. Applying the changes leaves nothing to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal
from provisioning.core.json_values import as_object, elements, entry, is_unassigned
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import as_typed

Echo: TypeAlias = dict[str, Value]
"""What was sent for one path, and what was then `seen` there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value to write: what the target holds, and what it should hold. None is nothing."""

    path: AttributePath
    old: Value
    new: Value


def differences(
    desired: Mapping[AttributePath, Value], current: Resource, kind: Kind
) -> tuple[Change, ...]:
    """The changes in the order of `desired`, their values in the types of the schema.

    A desired None asks for nothing to be there, and is a change only when something is.
    """
    changes = tuple(
        Change(path, held, None if is_unassigned(value) else as_typed(path, kind, value))
        for path, value in desired.items()
        if not equal(path, kind, value, held := path.get(current) if current else None)
    )
    return without_lone_flags(changes, current)


def apply(changes: Iterable[Change], resource: Resource) -> dict[str, Value]:
    """The resource after the changes; removals come first, so that they take nothing new away."""
    changed = dict(resource)
    for change in sorted(changes, key=lambda change: change.new is not None):
        changed = change.path.set(changed, change.new)
    return changed


def learnt(
    echo: Mapping[str, Echo], written: Iterable[Change], resource: Resource, kind: Kind
) -> dict[str, Echo]:
    """The values that came back otherwise than they were sent: not sent again for that (F18).

    What was learnt before stays true for as long as the account still shows it.
    """
    known = {
        path: one
        for path, one in echo.items()
        if AttributePath.parse(path).get(resource) == one.get("seen")
    }
    for change in written:
        seen = change.path.get(resource)
        known.pop(str(change.path), None)
        if change.new is not None and not equal(change.path, kind, change.new, seen):
            known[str(change.path)] = {"sent": change.new, "seen": seen}
    return known


def without_lone_flags(changes: tuple[Change, ...], current: Resource) -> tuple[Change, ...]:
    """`primary` says which value is preferred (RFC 7643, 2.4); where no value is, it says nothing.

    A mapped flag would otherwise make a telephone number without a number.
    """
    flags = {change.path for change in changes if _sets_flag(change)}
    if not flags:
        return changes
    after = apply(changes, current)
    lone = {path for path in flags if _selects_no_value(path, after)}
    return tuple(change for change in changes if change.path not in lone)


def _sets_flag(change: Change) -> bool:
    return change.new is not None and (change.path.sub or "").lower() == "primary"


def _selects_no_value(path: AttributePath, resource: Resource) -> bool:
    selected = filter(path.selects, elements(path.read_attribute(resource)))
    return all(
        path.is_husk(item) and entry(item, "value") is None for item in map(as_object, selected)
    )
