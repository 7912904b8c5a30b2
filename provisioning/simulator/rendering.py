"""A stored resource as it is answered: derived values, references, `schemas` and `meta`.

Genesys Cloud writes relative lower-case locations, a bare version and no creation time.
"""

from __future__ import annotations

from provisioning.simulator.documents import timestamp
from provisioning.simulator.personality import Personality
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.selection import Selection
from provisioning.simulator.state import Store, Stored
from provisioning.simulator.user_rules import MIRROR_AUTHORITY
from provisioning.simulator.vocabulary import ENTERPRISE, PURECLOUD


class Renderer:
    """Writes resources of one personality; `base` is the address before `/Users`."""

    def __init__(
        self, personality: Personality, definitions: dict[str, Definition], store: Store
    ) -> None:
        """Keep what derived values come from."""
        self._genesys = personality.genesys
        self._versioned = not personality.is_set("versions", "none")
        self._definitions = definitions
        self._store = store

    def etag(self, stored: Stored) -> str:
        """Return the entity tag: a strong counter at Genesys Cloud, a weak one elsewhere."""
        return f'"{stored.version}"' if self._genesys else f'W/"{stored.version}"'

    def location(self, kind: str, identifier: str, base: str) -> str:
        """Return the address of a resource."""
        endpoint = self._definitions[kind].endpoint
        return f"{base}/{endpoint.lower() if self._genesys else endpoint}/{identifier}"

    def document(self, stored: Stored, selection: Selection, base: str) -> Document:
        """Return the selected parts of a resource."""
        document: Document = {"schemas": [], "id": stored.id, **stored.attributes}
        if stored.kind == "User":
            self._add_derived(document, stored, selection, base)
        elif selection.wants("members") and (stored.members or self._genesys):
            document["members"] = [
                {**entry, "$ref": self.location(str(entry["type"]), identifier, base)}
                for identifier, entry in stored.members.items()
            ]
        definition = self._definitions[stored.kind]
        urns = [schema.id for schema in definition.extensions if schema.id in document]
        document["schemas"] = [definition.core.id, *urns]
        document["meta"] = self._meta(stored, base)
        return selection.apply(document)

    def _add_derived(
        self, document: Document, stored: Stored, selection: Selection, base: str
    ) -> None:
        if self._genesys:
            self._add_mirrors(document)
        extension = document.get(ENTERPRISE)
        manager = extension.get("manager") if isinstance(extension, dict) else None
        if isinstance(extension, dict) and isinstance(manager, dict):
            reference = self.location("User", str(manager.get("value")), base)
            document[ENTERPRISE] = {**extension, "manager": {**manager, "$ref": reference}}
        groups = self._store.groups_of.get(stored.id)
        if groups and selection.wants("groups"):
            document["groups"] = [self._group(identifier, base) for identifier in groups]

    def _add_mirrors(self, document: Document) -> None:
        """Add the e-mail of type other and the external id that mirror plain attributes."""
        held = document.get("emails")
        emails = held if isinstance(held, list) else []
        primary = not any(email.get("primary") is True for email in emails)
        mirror = {"value": document.get("userName"), "type": "other", "primary": primary}
        document["emails"] = [mirror, *emails]
        if "externalId" in document:
            entry = {"authority": MIRROR_AUTHORITY, "value": document["externalId"]}
            extension = document.get(PURECLOUD)
            own = dict(extension) if isinstance(extension, dict) else {}
            listed = own.get("externalIds")
            own["externalIds"] = [entry, *listed] if isinstance(listed, list) else [entry]
            document[PURECLOUD] = own

    def _group(self, identifier: str, base: str) -> Document:
        group = self._store.groups.everything[identifier]
        return {
            "value": identifier,
            "$ref": self.location("Group", identifier, base),
            "display": group.attributes.get("displayName"),
            "type": "direct",
        }

    def _meta(self, stored: Stored, base: str) -> Document:
        meta: Document = {"resourceType": stored.kind}
        if not self._genesys:
            meta["created"] = timestamp(stored.created)
        meta["lastModified"] = timestamp(stored.modified)
        meta["location"] = self.location(stored.kind, stored.id, base)
        if not self._versioned:
            return meta
        meta["version"] = str(stored.version) if self._genesys else self.etag(stored)
        return meta
