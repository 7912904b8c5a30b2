"""`attributes` and `excludedAttributes` (RFC 7644 3.9): which parts of a resource are answered."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.simulator.personality import Personality
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.targets import Target, resolve

# What looking up costs Genesys Cloud a call to another service (genesys-scim 5.2).
EXPENSIVE = ("externalId", "roles", "routingSkills", "routingLanguages")


class Selection:
    """What one request wants to read of one kind of resource."""

    def __init__(
        self,
        definition: Definition,
        personality: Personality,
        included: Sequence[str] = (),
        excluded: Sequence[str] = (),
    ) -> None:
        """Resolve the names; unknown ones select nothing."""
        self._definition = definition
        self._always = {"schemas", "id"}
        if personality.genesys:
            self._always.add("meta")
            if definition.kind == "User":
                self._always |= {"userName", "active"}
        self.everything = not included and not excluded
        self._included = self._resolved(included) if included else None
        self._excluded = self._resolved(excluded)

    def wants(self, name: str, urn: str | None = None) -> bool:
        """Tell whether any part of an attribute is answered."""
        if self.everything or (urn is None and name in self._always):
            return True
        if self._included is not None:
            return (urn, name) in self._included or (urn, None) in self._included
        return self._excluded.get((urn, name), "kept") is not None and (
            self._excluded.get((urn, None), "kept") is not None
        )

    def wants_expensive(self) -> bool:
        """Tell whether an attribute that makes Genesys Cloud slow is asked for."""
        urns = [None, *(schema.id for schema in self._definition.extensions)]
        return any(self.wants(name, urn) for name in EXPENSIVE for urn in urns)

    def apply(self, document: Document) -> Document:
        """Return the selected parts of a complete document."""
        if self.everything:
            return document
        urns = {schema.id for schema in self._definition.extensions}
        selected: Document = {}
        for name, value in document.items():
            if name in urns and isinstance(value, dict):
                inner = {key: self._part(key, item, name) for key, item in value.items()}
                value = {key: item for key, item in inner.items() if item is not None} or None
            else:
                value = self._part(name, value, None)
            if value is not None:
                selected[name] = value
        return selected

    def _part(self, name: str, value: object, urn: str | None) -> object:
        if not self.wants(name, urn):
            return None
        if urn is None and name in self._always:
            return value
        if self._included is not None:
            subs = self._included.get((urn, name))
            return _only(value, subs, keep=True) if subs else value
        subs = self._excluded.get((urn, name))
        return _only(value, subs, keep=False) if subs else value

    def _resolved(
        self, names: Sequence[str]
    ) -> dict[tuple[str | None, str | None], set[str] | None]:
        """Return the sub-attributes named of each attribute; None is the whole attribute."""
        resolved: dict[tuple[str | None, str | None], set[str] | None] = {}
        for text in names:
            extension = self._definition.extension(text)
            if extension is not None:
                resolved[extension.id, None] = None
                continue
            target = resolve(self._definition, text)
            if target is not None:
                _note(resolved, target)
        return resolved


def _note(resolved: dict[tuple[str | None, str | None], set[str] | None], target: Target) -> None:
    key = (target.urn, target.attribute.name)
    if target.sub is None:
        resolved[key] = None
    elif (subs := resolved.setdefault(key, set())) is not None:
        subs.add(target.sub.name)


def _only(value: object, subs: set[str], *, keep: bool) -> object:
    if isinstance(value, list):
        return [_only(item, subs, keep=keep) for item in value]
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if (name in subs) is keep}
    return value


def names_in(text: object) -> list[str]:
    """Return the names of a comma separated parameter, or of a list in a search request."""
    if isinstance(text, list):
        return [str(name) for name in text]
    return [name.strip() for name in str(text or "").split(",") if name.strip()]
