"""Changes as SCIM bodies: PatchOp (RFC 7644, section 3.5.2) in three dialects, and creation.

RFC 7644 is the default. Entra's dialect (entra-provisioning 8.2, 8.3) capitalises operations,
writes booleans as texts, expects a filtered path to create its value, removes members by a list.
Without paths, all new values are one replacement of the resource; only removals have a path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, apply
from provisioning.core.filter_tree import AttributeName, Comparison, Operator
from provisioning.core.json_values import as_object, elements, is_list, is_unassigned
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import Type, as_typed, characteristics
from provisioning.core.urns import CORE_GROUP, CORE_USER, PATCH_OP

Body: TypeAlias = dict[str, Value]


class Dialect(StrEnum):
    """How a target wants to be spoken to."""

    RFC = "rfc"
    ENTRA = "entra"
    PATHLESS = "pathless"
    """No choice of an administrator: the RFC's, for a target that reads no path of a value."""


def patch_body(changes: Sequence[Change], dialect: Dialect, current: Resource) -> Body:
    """The PatchOp that makes the changes to `current`, in their order."""
    return _patch_op(_operations(changes, dialect, current))


def members_body(
    add: Sequence[str],
    remove: Sequence[str],
    dialect: Dialect,
    changes: Sequence[Change] = (),
    *,
    as_lists: bool | None = None,
) -> Body:
    """One PatchOp for a group: its own changes first, then joiners, then leavers.

    The RFC dialect names each leaver in a path of their own. A list as the value of a removal is no
    RFC: strict servers ignore it, and then the path alone, `members`, empties the group. `as_lists`
    is for targets that want the other form of a removal than their dialect has.
    """
    operations = _operations(changes, dialect, _before(changes))
    if add:
        operations.append(_members("add", add, dialect))
    if not (dialect is Dialect.ENTRA if as_lists is None else as_lists):
        operations.extend(_leaver(member, dialect) for member in remove)
    elif remove:
        operations.append(_members("remove", remove, dialect))
    return _patch_op(operations)


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
    if dialect is Dialect.PATHLESS:
        return _pathless(changes, current)
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
    if _points_to_manager(change.path):
        return [{"$ref": None, **as_object(value)}]
    return value


def _points_to_manager(path: AttributePath) -> bool:
    return characteristics(path, Kind.USER).type is Type.REFERENCE and path.sub is None


def _wire_value(change: Change) -> Value:
    """The new value in the schema's shape, also when nobody compared it before."""
    return as_typed(change.path, Kind.USER, change.new)


def _whole(path: AttributePath) -> AttributePath:
    """The value of the multi-valued attribute that the path leads into."""
    return AttributePath(path.urn, path.attribute, path.filter)


def _pathless(changes: Sequence[Change], current: Resource) -> list[Body]:
    """Removals by their paths, then one replacement of the resource with all that is new.

    Without a path nothing says which of several values is meant: the list is written whole.
    """
    after = apply(changes, current)
    gone: dict[AttributePath, None] = {}
    values: dict[str, Value] = {}
    for change in changes:
        attribute = AttributePath(change.path.urn, change.path.attribute)
        held = attribute.get(after)
        if is_list(held):
            values = attribute.set(values, held)
        elif change.new is not None:
            values = change.path.set(values, _wire_value(change))
        else:
            gone[change.path if change.path.filter is None else attribute] = None
    removals: list[Body] = [{"op": "remove", "path": str(path)} for path in gone]
    replacement: Body = {"op": "replace", "value": values}
    return [*removals, replacement] if values else removals


def _members(op: str, members: Sequence[str], dialect: Dialect) -> Body:
    reference: Body = {"$ref": None} if dialect is Dialect.ENTRA else {}
    value: Value = [{**reference, "value": member} for member in members]
    return {"op": _word(op, dialect), "path": "members", "value": value}


def _leaver(member: str, dialect: Dialect) -> Body:
    path = AttributePath(None, "members", _has_id(member))
    return {"op": _word("remove", dialect), "path": str(path)}


def _word(op: str, dialect: Dialect) -> str:
    return op.capitalize() if dialect is Dialect.ENTRA else op


def _has_id(member: str) -> Comparison:
    return Comparison(AttributeName(None, "value"), Operator.EQ, member)


def _before(changes: Sequence[Change]) -> Resource:
    """What the changes say was there."""
    return apply([Change(change.path, change.new, change.old) for change in changes], {})
