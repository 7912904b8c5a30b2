"""Names of attributes in filters and paths (RFC 7644 3.10), resolved against a definition."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.simulator.schema import COMMON, Attribute, Definition, Document


@dataclass(frozen=True, slots=True)
class Target:
    """An attribute, the extension it lives in, and perhaps one of its sub-attributes."""

    urn: str | None
    attribute: Attribute
    sub: Attribute | None = None

    @property
    def leaf(self) -> Attribute:
        """Return what a comparison looks at: a complex attribute is compared by its value."""
        return self.sub or self.attribute.sub("value") or self.attribute

    def container(self, document: Document) -> Document:
        """Return the object that holds the attribute, which may be empty."""
        if self.urn is None:
            return document
        extension = document.get(self.urn)
        return extension if isinstance(extension, dict) else {}

    def values(self, document: Document) -> list[object]:
        """Return every value that a comparison looks at; none when the attribute is absent."""
        held = self.container(document).get(self.attribute.name)
        elements = held if isinstance(held, list) else [held]
        if self.attribute.subs:
            name = self.leaf.name
            elements = [item.get(name) for item in elements if isinstance(item, dict)]
        return [value for value in elements if value is not None]


def resolve(definition: Definition, text: str) -> Target | None:
    """Return the attribute that `text` names, or None."""
    if text.lower().startswith("urn:"):
        return _resolve_urn(definition, text)
    name, dot, sub_name = text.partition(".")
    found = definition.find(name)
    return _with_sub(*found, dot, sub_name) if found else None


def resolve_sub(attribute: Attribute, text: str) -> Target | None:
    """Return the sub-attribute that `text` names inside square brackets, or None."""
    sub = attribute.sub(text)
    return Target(None, sub) if sub else None


def split_urn(definition: Definition, text: str) -> tuple[str, str] | None:
    """Return the known schema that starts `text` and what follows it, or None."""
    for schema in (definition.core, *definition.extensions):
        if text.lower() == schema.id.lower():
            return schema.id, ""
        if text.lower().startswith(f"{schema.id.lower()}:"):
            return schema.id, text[len(schema.id) + 1 :]
    return None


def _resolve_urn(definition: Definition, text: str) -> Target | None:
    parts = split_urn(definition, text)
    if parts is None:
        return None
    urn, rest = parts
    name, dot, sub_name = rest.partition(".")
    if urn == definition.core.id:
        attribute = definition.core.by_name.get(name.lower()) or COMMON.get(name.lower())
        return _with_sub(None, attribute, dot, sub_name)
    extension = definition.extension(urn)
    attribute = extension.by_name.get(name.lower()) if extension else None
    return _with_sub(urn, attribute, dot, sub_name)


def _with_sub(
    urn: str | None, attribute: Attribute | None, dot: str, sub_name: str
) -> Target | None:
    if attribute is None:
        return None
    if not dot:
        return Target(urn, attribute)
    sub = attribute.sub(sub_name)
    return Target(urn, attribute, sub) if sub else None
