"""A resource that was pushed, as it is kept: what its schema names in the schema's spelling and
types, everything else as it came.

Lenient where real clients deviate and nothing is lost: names and booleans in any case, numbers in
texts, a plain value for a complex one. Passwords are never kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provisioning.core.inbound.definitions import CORE, EXTENSIONS, Attribute
from provisioning.core.inbound.refusals import invalid_syntax, invalid_value
from provisioning.core.json_values import elements, entry, is_list, is_unassigned
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.schema import Mutability, Type
from provisioning.core.urns import CORE_GROUP, CORE_USER

OURS: Final = frozenset({"id", "meta", "schemas"})
"""What only the service writes; a client that sends it back is not refused (RFC 7644, 3.5.1)."""
_NEVER_KEPT: Final = OURS | {"password"}
_TOP_TEXTS: Final = {"externalid": "externalId"}
_URN: Final = {Kind.USER: CORE_USER, Kind.GROUP: CORE_GROUP}


def read_resource(body: Value, kind: Kind) -> dict[str, Value]:
    """The resource in a body of POST or PUT; `Refusal` when it is none."""
    if not isinstance(body, Mapping):
        raise invalid_syntax("The body must be a JSON object.")
    _check_schemas(body, kind)
    return cleaned(body, kind)


def cleaned(resource: Resource, kind: Kind) -> dict[str, Value]:
    """The resource as it is kept; `Refusal` names the attribute that holds what it cannot."""
    kept: dict[str, Value] = {}
    for name, value in resource.items():
        if name.lower() not in _NEVER_KEPT:
            _keep(kept, name, value, kind)
    for one in CORE[kind].attributes.values():
        if one.rules.required and is_unassigned(kept.get(one.name)):
            raise invalid_value(f"{one.name} is required and missing or empty.")
    return kept


def _keep(kept: dict[str, Value], name: str, value: Value, kind: Kind) -> None:
    lower = name.lower()
    extension, known = EXTENSIONS[kind].get(lower), CORE[kind].attributes.get(lower)
    if extension is not None:
        _put(kept, extension.urn, _extension(extension.urn, value, extension.attributes))
    elif lower in _TOP_TEXTS:
        _put(kept, _TOP_TEXTS[lower], _text(name, value))
    elif known is None:
        _put(kept, name, value)
    elif known.rules.mutability is not Mutability.READ_ONLY:
        _put(kept, known.name, _attribute(known, value, known.name))


def _check_schemas(body: Resource, kind: Kind) -> None:
    named = {str(one).lower() for one in elements(entry(body, "schemas"))}
    others = {urn.lower() for one, urn in _URN.items() if one is not kind}
    if named & others and _URN[kind].lower() not in named:
        raise invalid_syntax(f"schemas must name {_URN[kind]} at this address.")


def _put(kept: dict[str, Value], name: str, value: Value) -> None:
    if value is not None and value != [] and value != {}:
        kept[name] = value


def _extension(urn: str, value: Value, attributes: Mapping[str, Attribute]) -> Value:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise invalid_value(f"{urn} must be an object.")
    return _object(value, attributes, urn)


def _object(value: Resource, attributes: Mapping[str, Attribute], where: str) -> Value:
    found: dict[str, Value] = {}
    for name, item in value.items():
        known = attributes.get(name.lower())
        if known is None:
            _put(found, name, item)
        else:
            _put(found, known.name, _attribute(known, item, f"{where}.{known.name}"))
    return found


def _attribute(one: Attribute, value: Value, where: str) -> Value:
    if value is None:
        return None
    if not one.rules.multi_valued:
        return _single(one, value, where)
    found = [_single(one, item, where) for item in elements(value) if item is not None]
    return [item for item in found if not is_unassigned(item)]


def _single(one: Attribute, value: Value, where: str) -> Value:
    if one.rules.type is Type.COMPLEX:
        if "value" in one.subs and not isinstance(value, Mapping | list | tuple):
            value = {"value": value}
        if is_list(value):
            # Entra writes a manager as a list of one (entra-provisioning 8.2).
            value = next(iter(elements(value)), None)
        if not isinstance(value, Mapping):
            raise invalid_value(f"{where} must be an object.")
        return _object(value, one.subs, where)
    if one.rules.type is Type.BOOLEAN:
        return _flag(where, value)
    return _text(where, value)


def _flag(where: str, value: Value) -> Value:
    """Entra writes booleans as texts (entra-provisioning 8.2)."""
    word = str(value).strip().lower()
    if word not in ("true", "false"):
        raise invalid_value(f"{where} must be true or false.")
    return word == "true"


def _text(where: str, value: Value) -> Value:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid_value(f"{where} must be a text.")
    return str(value)
