"""What the service says of itself (RFC 7644, section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from provisioning.core.inbound.definitions import (
    CONFIG_SCHEMA,
    SCHEMA_SCHEMA,
    SCHEMAS,
    TYPE_SCHEMA,
    Attribute,
    Schema,
)
from provisioning.core.inbound.refusals import not_found
from provisioning.core.resource import Value
from provisioning.core.schema import Type
from provisioning.core.urns import CORE_GROUP, CORE_USER, ENTERPRISE_USER

MOST_OPERATIONS: Final = 1_000
LARGEST_BODY: Final = 8 * 1024 * 1024
"""Bytes of one request: a group of 50,000 members is about 4 MiB."""
MOST_RESULTS: Final = 200
"""Resources on one page of a list."""


def service_provider_config(base: str) -> dict[str, Value]:
    """What the service can do; `base` is its address."""
    return {
        "schemas": [CONFIG_SCHEMA],
        "patch": {"supported": True},
        "bulk": {
            "supported": True,
            "maxOperations": MOST_OPERATIONS,
            "maxPayloadSize": LARGEST_BODY,
        },
        "filter": {"supported": True, "maxResults": MOST_RESULTS},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "The token that Rollcall showed when it was made for this source.",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": True,
            }
        ],
        "meta": _meta("ServiceProviderConfig", f"{base}/ServiceProviderConfig"),
    }


def resource_types(base: str) -> list[dict[str, Value]]:
    """The kinds of resource, with their addresses and schemas."""
    extension: Value = [{"schema": ENTERPRISE_USER, "required": False}]
    return [
        {**_resource_type("User", CORE_USER, base), "schemaExtensions": extension},
        _resource_type("Group", CORE_GROUP, base),
    ]


def schemas(base: str) -> list[dict[str, Value]]:
    """Every schema, with all that is known of its attributes."""
    return [_schema(one, base) for one in SCHEMAS]


def one_of(documents: Iterable[dict[str, Value]], identifier: str) -> dict[str, Value]:
    """The document with this id, whatever the case; `Refusal` 404 when there is none."""
    for one in documents:
        if str(one["id"]).lower() == identifier.lower():
            return one
    raise not_found("such description")


def _resource_type(name: str, urn: str, base: str) -> dict[str, Value]:
    return {
        "schemas": [TYPE_SCHEMA],
        "id": name,
        "name": name,
        "endpoint": f"/{name}s",
        "schema": urn,
        "meta": _meta("ResourceType", f"{base}/ResourceTypes/{name}"),
    }


def _schema(one: Schema, base: str) -> dict[str, Value]:
    return {
        "schemas": [SCHEMA_SCHEMA],
        "id": one.urn,
        "name": one.name,
        "description": one.name,
        "attributes": [_attribute(each) for each in one.attributes.values()],
        "meta": _meta("Schema", f"{base}/Schemas/{one.urn}"),
    }


def _attribute(one: Attribute) -> dict[str, Value]:
    rules = one.rules
    told: dict[str, Value] = {
        "name": one.name,
        "type": rules.type.value,
        "multiValued": rules.multi_valued,
        "description": one.name,
        "required": rules.required,
        "mutability": rules.mutability.value,
        "returned": one.returned,
    }
    if rules.type is Type.STRING:
        told |= {"caseExact": rules.case_exact, "uniqueness": rules.uniqueness.value}
    if one.canonical:
        told["canonicalValues"] = list(one.canonical)
    if one.points_to:
        told |= {"caseExact": True, "referenceTypes": list(one.points_to)}
    if one.subs:
        told["subAttributes"] = [_attribute(sub) for sub in one.subs.values()]
    return told


def _meta(kind: str, location: str) -> Value:
    return {"resourceType": kind, "location": location}
