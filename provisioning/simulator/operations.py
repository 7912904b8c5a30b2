"""The body of a PATCH (RFC 7644 3.5.2) as a list of operations, each with its path parsed.

Operations without a path become one operation for each attribute of their value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.simulator.paths import Path, parse_path
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import bad_request, read_only
from provisioning.simulator.schema import Definition, Document, Schema
from provisioning.simulator.targets import Target
from provisioning.simulator.values import is_writable, refuse_unknown

PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
KINDS = ("add", "replace", "remove")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do to a resource; a `Schema` as its place is a whole extension."""

    kind: str
    place: Path | Schema
    value: object


def read_operations(
    body: Document, definition: Definition, personality: Personality
) -> list[Operation]:
    """Return the operations of a PATCH body, in order."""
    lowered = {name.lower(): value for name, value in body.items()}
    listed = lowered.get("operations")
    schemas = lowered.get("schemas")
    if not personality.genesys and schemas != [PATCH_SCHEMA]:
        raise bad_request("invalidSyntax", f"schemas must be [“{PATCH_SCHEMA}”].")
    if not isinstance(listed, list) or not listed:
        raise bad_request("invalidSyntax", "Operations must be a list of at least one operation.")
    operations: list[Operation] = []
    for item in listed:
        if not isinstance(item, dict):
            raise bad_request("invalidSyntax", "Each operation must be an object.")
        operations.extend(_read(item, definition, personality))
    return operations


def _read(item: Document, definition: Definition, personality: Personality) -> Iterator[Operation]:
    kind = _kind(item.get("op"), personality)
    text, value = item.get("path"), item.get("value")
    _check_form(item, kind, personality)
    if isinstance(text, str) and text.strip():
        yield from _at_path(kind, text, value, definition, personality)
    elif kind == "remove":
        raise bad_request("noTarget", "A remove operation needs a path.")
    elif not isinstance(value, dict):
        raise bad_request("invalidSyntax", "An operation without a path needs an object as value.")
    else:
        yield from _without_path(kind, value, definition, personality)


def _check_form(item: Document, kind: str, personality: Personality) -> None:
    """Refuse what is not the one form of PATCH that the personality understands."""
    form, path = personality.values["patch_form"], item.get("path")
    members = path == "members"
    wrong = {
        "any": False,
        "path": not path,
        "pathless": bool(path) and kind != "remove" and not members,
        "entra": item.get("op") != kind.capitalize(),
    }
    if wrong[form]:
        raise bad_request("invalidSyntax", f"This form of PATCH is not understood: {form} is.")


def _kind(op: object, personality: Personality) -> str:
    kind = op if isinstance(op, str) else ""
    if personality.is_set("op_case", "insensitive"):
        kind = kind.lower()
    if kind not in KINDS:
        raise bad_request("invalidSyntax", f"op must be one of {', '.join(KINDS)}.")
    return kind


def _at_path(
    kind: str, text: str, value: object, definition: Definition, personality: Personality
) -> Iterator[Operation]:
    place = parse_path(text, definition, personality)
    if place is None:
        ignored = personality.genesys and personality.is_set("unknown_attributes", "ignore")
        if not ignored:
            raise bad_request("invalidPath", f"The path “{text}” names an unknown attribute.")
    elif isinstance(place, Schema):
        yield from _whole_extension(kind, place, value, personality)
    else:
        _check_writable(place)
        yield Operation(kind, place, value)


def _check_writable(place: Path) -> None:
    if not is_writable(place.attribute) or (place.sub and place.sub.mutability == "readOnly"):
        raise read_only(f"{place.attribute.name} is read-only.")


def _without_path(
    kind: str, value: Document, definition: Definition, personality: Personality
) -> Iterator[Operation]:
    for name, item in value.items():
        place = parse_path(name, definition, personality)
        if place is None:
            refuse_unknown(name, personality)
        elif isinstance(place, Schema):
            yield from _whole_extension(kind, place, item, personality)
        elif is_writable(place.attribute):
            yield Operation(kind, place, item)


def _whole_extension(
    kind: str, extension: Schema, value: object, personality: Personality
) -> Iterator[Operation]:
    if kind == "remove":
        yield Operation(kind, extension, None)
        return
    if not isinstance(value, dict):
        raise bad_request("invalidValue", f"{extension.id} must be an object.")
    for name, item in value.items():
        attribute = extension.by_name.get(name.lower())
        if attribute is None:
            refuse_unknown(name, personality)
        else:
            yield Operation(kind, Path(Target(extension.id, attribute)), item)
