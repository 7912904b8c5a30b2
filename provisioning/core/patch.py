"""Changes as SCIM bodies: PatchOp (RFC 7644, section 3.5.2) in two dialects, and creation.

RFC 7644 is the default. Entra's dialect (entra-provisioning 8.2, 8.3) capitalises operations,
writes booleans as texts, expects a filtered path to create its value, removes members by a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, apply
from provisioning.core.filter_tree import AttributeName, Comparison, Operator
from provisioning.core.json_values import elements, is_unassigned
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import Type, as_typed, characteristics
from provisioning.core.urns import CORE_GROUP, CORE_USER, PATCH_OP

Body: TypeAlias = dict[str, Value]


class Dialect(StrEnum):
    """How a target wants to be spoken to."""

    RFC = "rfc"
    ENTRA = "entra"


def patch_body(changes: Sequence[Change], dialect: Dialect, current: Resource) -> Body:
    """The PatchOp that makes the changes to `current`, in their order."""
    return _patch_op(_operations(changes, dialect, current))


def members_body(
    add: Sequence[str],
    remove: Sequence[str],
    dialect: Dialect,
    changes: Sequence[Change] = (),
) -> Body:
    """One PatchOp for a group: its own changes first, then joiners, then leavers.

    The RFC dialect names each leaver in a path of their own. A list as the value of a removal is no
    RFC: strict servers ignore it, and then the path alone, `members`, empties the group.
    """
    operations = _operations(changes, dialect, _before(changes))
    members = _entra_members if dialect is Dialect.ENTRA else _rfc_members
    return _patch_op([*operations, *members(add, remove)])


def create_body(desired: Mapping[AttributePath, Value], kind: Kind) -> Body:
    """The resource to POST: what is desired, assembled, in the order of the mapping."""
    resource: dict[str, Value] = {}
    schemas = [CORE_USER if kind is Kind.USER else CORE_GROUP]
    for path, value in desired.items():
        if is_unassigned(value):
            continue
        resource = path.set(resource, as_typed(path, kind, value))
        if path.urn is not None and path.urn not in schemas:
            schemas.append(path.urn)
    return {"schemas": schemas, **resource}


def _patch_op(operations: Sequence[Body]) -> Body:
    return {"schemas": [PATCH_OP], "Operations": operations}


def _operations(changes: Sequence[Change], dialect: Dialect, current: Resource) -> list[Body]:
    if dialect is Dialect.ENTRA:
        return [_entra_operation(change) for change in changes]
    return _RfcWriter(current, apply(changes, current)).write(changes)


@dataclass(slots=True)
class _RfcWriter:
    """Writes operations that a strict server accepts, knowing what is there before and after."""

    before: Resource
    after: Resource
    operations: list[Body] = field(default_factory=list)
    created: dict[AttributePath, dict[str, Value]] = field(default_factory=dict)

    def write(self, changes: Sequence[Change]) -> list[Body]:
        for change in changes:
            if change.new is None:
                self.remove(change.path)
            elif change.path.discriminators is None or self.selected(change.path, self.before):
                self.put(change)
            else:
                self.create(change)
        return self.operations

    def remove(self, path: AttributePath) -> None:
        """Takes away the sub-attribute, or the whole value when nothing of it would be left."""
        whole = _whole(path)
        gone = path.filter is not None and not self.selected(path, self.after)
        operation: Body = {"op": "remove", "path": str(whole if gone else path)}
        if operation not in self.operations:
            self.operations.append(operation)

    def put(self, change: Change) -> None:
        op = "add" if is_unassigned(change.old) else "replace"
        value = _wire_value(change)
        self.operations.append({"op": op, "path": str(change.path), "value": value})

    def create(self, change: Change) -> None:
        """Adds a value to the attribute; a filtered path that selects nothing is `noTarget`.

        What else the same new value holds joins it.
        """
        element = change.path.new_element(_wire_value(change))
        whole = _whole(change.path)
        if whole in self.created:
            self.created[whole].update(element)
            return
        self.created[whole] = element
        attribute = str(AttributePath(whole.urn, whole.attribute))
        self.operations.append({"op": "add", "path": attribute, "value": [element]})

    def selected(self, path: AttributePath, resource: Resource) -> bool:
        return any(path.selects(item) for item in elements(path.read_attribute(resource)))


def _entra_operation(change: Change) -> Body:
    path = "manager" if _points_to_manager(change.path) else str(change.path)
    if change.new is None:
        return {"op": "Remove", "path": path}
    op = "Add" if is_unassigned(change.old) else "Replace"
    return {"op": op, "path": path, "value": _entra_value(change)}


def _entra_value(change: Change) -> Value:
    value = _wire_value(change)
    if isinstance(value, bool):
        return str(value)
    if _points_to_manager(change.path) and isinstance(value, Mapping):
        return [{"$ref": None, **value}]
    return value


def _points_to_manager(path: AttributePath) -> bool:
    return characteristics(path, Kind.USER).type is Type.REFERENCE and path.sub is None


def _wire_value(change: Change) -> Value:
    """The new value in the schema's shape, also when nobody compared it before."""
    return as_typed(change.path, Kind.USER, change.new)


def _whole(path: AttributePath) -> AttributePath:
    """The value of the multi-valued attribute that the path leads into."""
    return AttributePath(path.urn, path.attribute, path.filter)


def _rfc_members(add: Sequence[str], remove: Sequence[str]) -> list[Body]:
    joining: list[Value] = [{"value": member} for member in add]
    operations: list[Body] = [
        {"op": "remove", "path": str(AttributePath(None, "members", _has_id(member)))}
        for member in remove
    ]
    if joining:
        operations.insert(0, {"op": "add", "path": "members", "value": joining})
    return operations


def _entra_members(add: Sequence[str], remove: Sequence[str]) -> list[Body]:
    return [
        {
            "op": op,
            "path": "members",
            "value": [{"$ref": None, "value": member} for member in members],
        }
        for op, members in (("Add", add), ("Remove", remove))
        if members
    ]


def _has_id(member: str) -> Comparison:
    return Comparison(AttributeName(None, "value"), Operator.EQ, member)


def _before(changes: Sequence[Change]) -> Resource:
    """What the changes say was there."""
    return apply([Change(change.path, change.new, change.old) for change in changes], {})
