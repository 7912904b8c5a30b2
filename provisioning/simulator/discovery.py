"""The discovery documents: ServiceProviderConfig, ResourceTypes, Schemas (RFC 7643 5 to 7).

Genesys Cloud publishes the fields but not their values; these are the reference's assumptions.
"""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.simulator.personality import Personality
from provisioning.simulator.schema import Attribute, Definition, Document, Schema, flag, text

CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
LARGEST_PAGE = 1000


def _read(name: str, kind: str, *subs: Attribute, many: bool = False) -> Attribute:
    return Attribute(name, type=kind, mutability="readOnly", multi_valued=many, subs=subs)


_SUPPORTED = _read("supported", "boolean")
_ATTRIBUTE_SUBS = (
    text("name"),
    text("type"),
    flag("multiValued"),
    text("description"),
    flag("required"),
    text("mutability"),
    text("returned"),
)
_DISCOVERY_SCHEMAS = (
    Schema(
        CONFIG,
        "ServiceProviderConfig",
        (
            _read("documentationUri", "reference"),
            _read("patch", "complex", _SUPPORTED),
            _read(
                "bulk",
                "complex",
                _SUPPORTED,
                _read("maxOperations", "integer"),
                _read("maxPayloadSize", "integer"),
            ),
            _read("filter", "complex", _SUPPORTED, _read("maxResults", "integer")),
            _read("changePassword", "complex", _SUPPORTED),
            _read("sort", "complex", _SUPPORTED),
            _read("etag", "complex", _SUPPORTED),
            _read(
                "authenticationSchemes",
                "complex",
                _read("type", "string"),
                _read("name", "string"),
                _read("description", "string"),
                _read("specUri", "reference"),
                many=True,
            ),
        ),
    ),
    Schema(
        RESOURCE_TYPE,
        "ResourceType",
        (
            _read("name", "string"),
            _read("description", "string"),
            _read("endpoint", "reference"),
            _read("schema", "reference"),
            _read(
                "schemaExtensions",
                "complex",
                _read("schema", "reference"),
                _read("required", "boolean"),
                many=True,
            ),
        ),
    ),
    Schema(
        SCHEMA,
        "Schema",
        (
            _read("name", "string"),
            _read("description", "string"),
            _read("attributes", "complex", *_ATTRIBUTE_SUBS, many=True),
        ),
    ),
)


def service_provider_config(personality: Personality, base: str) -> Document:
    """Return what the server says it can do."""
    plain = not personality.genesys
    return {
        "schemas": [CONFIG],
        "patch": {"supported": not personality.values["patch"].isdecimal()},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": LARGEST_PAGE if plain else 100},
        "changePassword": {"supported": True},
        "sort": {"supported": plain},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "OAuth Bearer Token",
                "description": "A bearer token, given or from the client credentials grant.",
                "specUri": "https://www.rfc-editor.org/info/rfc6750",
            }
        ],
        "meta": _meta("ServiceProviderConfig", base, "ServiceProviderConfig", personality),
    }


def resource_types(
    personality: Personality, definitions: Sequence[Definition], base: str
) -> list[Document]:
    """Return the kinds of resources; Genesys Cloud names its discovery documents too."""
    listed = [_resource_type(definition, base, personality) for definition in definitions]
    if personality.genesys:
        for schema in _DISCOVERY_SCHEMAS:
            endpoint = schema.name if schema.name == CONFIG.rsplit(":", 1)[1] else f"{schema.name}s"
            about = Definition(schema.name, endpoint, schema)
            listed.append(_resource_type(about, base, personality))
    return listed


def schemas(
    personality: Personality, definitions: Sequence[Definition], base: str
) -> list[Document]:
    """Return every schema with its attributes."""
    known = [
        schema for definition in definitions for schema in (definition.core, *definition.extensions)
    ]
    return [
        {
            "schemas": [SCHEMA],
            "id": schema.id,
            "name": schema.name,
            "description": schema.name,
            "attributes": [attribute.as_document() for attribute in schema.attributes],
            "meta": _meta("Schema", base, f"Schemas/{schema.id}", personality),
        }
        for schema in (*known, *_DISCOVERY_SCHEMAS)
    ]


def _resource_type(definition: Definition, base: str, personality: Personality) -> Document:
    document: Document = {
        "schemas": [RESOURCE_TYPE],
        "id": definition.kind,
        "name": definition.kind,
        "description": definition.kind,
        "endpoint": f"/{definition.endpoint}",
        "schema": definition.core.id,
        "meta": _meta("ResourceType", base, f"ResourceTypes/{definition.kind}", personality),
    }
    if definition.extensions:
        document["schemaExtensions"] = [
            {"schema": schema.id, "required": False} for schema in definition.extensions
        ]
    return document


def _meta(kind: str, base: str, tail: str, personality: Personality) -> Document:
    head, slash, identifier = tail.partition("/")
    shown = f"{head.lower()}{slash}{identifier}" if personality.genesys else tail
    return {"location": f"{base}/{shown}", "resourceType": kind}
