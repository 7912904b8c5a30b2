"""A pushed resource as a row of the directory, by the same rules as a row of a file."""

from __future__ import annotations

from provisioning.core.directory_keys import fold_key
from provisioning.core.inbound.directory_values import directory_values, manager_reference
from provisioning.core.inbound.refusals import invalid_value
from provisioning.core.json_values import entry
from provisioning.core.resource import Kind, Resource, Value
from provisioning.models.directory import KEY_LENGTH, name_key
from provisioning.sources.base import Part, Record
from provisioning.sources.columns import BadValue
from provisioning.sources.row_values import Row, identifier, record

PART = {Kind.USER: Part.USERS, Kind.GROUP: Part.GROUPS}


def record_of(identity: str, kind: Kind, document: Resource, manager: str = "") -> Record:
    """The record that the resource makes; `BadValue` when the directory cannot hold a value.

    `manager` is the id that its reference was resolved to; empty: the reference as it is.
    """
    values: dict[str, Value] = {**directory_values(document, kind), "id": identity}
    if manager:
        values["manager"] = manager
    made, _note = record(PART[kind], Row(0, values))
    return Record(made.source_id, made.attributes)


def keys_of(document: Resource, kind: Kind) -> dict[str, str]:
    """What a resource is looked up by; `Refusal` when a key is none, or longer than an index."""
    if kind is Kind.GROUP:
        key = name_key(str(entry(document, "displayName")))
    else:
        key = _key("userName", entry(document, "userName"))
    external = entry(document, "externalId")
    reference = manager_reference(document) if kind is Kind.USER else ""
    return {
        "key": key,
        "external_id": _key("externalId", external) if external else "",
        "manager_reference": _key("manager", reference) if reference else "",
    }


def _key(name: str, value: Value) -> str:
    try:
        key = fold_key(identifier(name, value))
    except BadValue as problem:
        raise invalid_value(str(problem)) from None
    if len(key) > KEY_LENGTH:
        raise invalid_value(f"{name} is longer than {KEY_LENGTH} characters.")
    return key
