"""Groups: made beforehand in Genesys Cloud, never created, renamed or deleted over SCIM there.

The plain server does all of it. `group_lifecycle` and `group_rename` are the switches.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from provisioning.simulator.documents import copied
from provisioning.simulator.members import Membership
from provisioning.simulator.operations import Operation
from provisioning.simulator.patching import apply_operation
from provisioning.simulator.paths import Path
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import invalid_value, read_only
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.state import Store, Stored
from provisioning.simulator.values import clean_document


class Groups:
    """What can be done to groups."""

    def __init__(
        self,
        personality: Personality,
        definition: Definition,
        store: Store,
        now: Callable[[], float],
    ) -> None:
        """Keep the parts that every verb needs."""
        self._personality = personality
        self._definition = definition
        self._store = store
        self._membership = Membership(personality, definition, store)
        self._now = now

    def create(self, body: Document) -> Stored:
        """Store a new group."""
        attributes = clean_document(body, self._definition, self._personality)
        members = self._membership.listed(attributes.pop("members", None))
        self._check_name(attributes)
        moment = self._now()
        identifier = str(uuid.uuid4())
        stored = Stored("Group", identifier, "active", 1, moment, moment, attributes, members)
        self._store.put("create", stored)
        return stored

    def replace(self, stored: Stored, body: Document) -> Stored:
        """Put the body in the place of the group's attributes and members."""
        attributes = clean_document(body, self._definition, self._personality)
        members = self._membership.listed(attributes.pop("members", None))
        if self._personality.genesys:
            attributes.setdefault("displayName", stored.attributes["displayName"])
        return self._save(stored, attributes, members)

    def modify(self, stored: Stored, operations: Sequence[Operation]) -> Stored:
        """Apply the operations of a PATCH, all or none."""
        attributes, members = copied(stored.attributes), stored.members
        for operation in operations:
            place = operation.place
            if isinstance(place, Path) and place.attribute.name == "members":
                members = self._membership.apply(members, operation)
            else:
                apply_operation(attributes, operation, self._personality)
        return self._save(stored, attributes, members)

    def delete(self, stored: Stored) -> None:
        """Delete the group."""
        gone = replace(stored, state="deleted", version=stored.version + 1, modified=self._now())
        self._store.put("delete", gone)

    def _save(
        self, stored: Stored, attributes: Document, members: Mapping[str, Document]
    ) -> Stored:
        self._settle_name(stored, attributes)
        if attributes == stored.attributes and members == stored.members:
            return stored
        changed = replace(
            stored,
            attributes=attributes,
            members=members,
            version=stored.version + 1,
            modified=self._now(),
        )
        self._store.put("update", changed)
        return changed

    def _settle_name(self, stored: Stored, attributes: Document) -> None:
        name = stored.attributes["displayName"]
        if self._personality.is_set("group_rename", "allow"):
            self._check_name(attributes)
        elif attributes.get("displayName") == name:
            return
        elif self._personality.is_set("group_rename", "refuse"):
            raise read_only("displayName is read-only: groups are not renamed over SCIM.")
        else:
            attributes["displayName"] = name

    def _check_name(self, attributes: Document) -> None:
        if not str(attributes.get("displayName") or "").strip():
            raise invalid_value("displayName is required.")
