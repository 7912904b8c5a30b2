"""Users: create, replace, modify, delete, and what Genesys Cloud does when one comes back.

States are active, inactive and deleted (genesys-scim 5.4); a delete keeps the record.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from provisioning.simulator.documents import copied
from provisioning.simulator.matching import equalities
from provisioning.simulator.operations import Operation
from provisioning.simulator.patching import apply_operation
from provisioning.simulator.paths import Path
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import Refusal, invalid_value, read_only
from provisioning.simulator.registries import DEFAULT_DIVISION, DEFAULT_ROLE
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.state import Store, Stored
from provisioning.simulator.user_rules import UserRules, is_mirror_authority
from provisioning.simulator.values import clean_document
from provisioning.simulator.vocabulary import ENTERPRISE

_KEPT_BY_REPLACE = ("userName", "displayName", "active")


class Users:
    """What can be done to users."""

    def __init__(
        self,
        personality: Personality,
        definition: Definition,
        store: Store,
        rules: UserRules,
        now: Callable[[], float],
    ) -> None:
        """Keep the parts that every verb needs."""
        self._personality = personality
        self._definition = definition
        self._store = store
        self._rules = rules
        self._now = now

    def create(self, body: Document) -> tuple[int, Stored]:
        """Store a new user, or bring a deleted one back; return the status and the user."""
        attributes = clean_document(body, self._definition, self._personality)
        attributes.setdefault("active", True)
        unknown = self._rules.check(attributes, None)
        if unknown and not self._personality.is_set("unknown_name", "refuse_but_keep"):
            raise _unknown(unknown)
        name = str(attributes["userName"]).casefold()
        self._check_unique(name, own_id="")
        deleted = self._deleted(name)
        if deleted is not None:
            stored = self._restored(deleted, attributes)
            self._store.put("restore", stored)
        else:
            stored = self._new(attributes)
            self._store.put("create", stored)
        if unknown:
            raise _unknown(unknown)
        back = deleted is not None and self._personality.is_set("restore", "200")
        return (200 if back else 201), stored

    def replace(self, stored: Stored, body: Document) -> Stored:
        """Put the body in the place of the user's attributes (RFC 7644 3.5.1)."""
        attributes = clean_document(body, self._definition, self._personality)
        if self._personality.genesys:
            for name in _KEPT_BY_REPLACE:
                attributes.setdefault(name, stored.attributes.get(name))
        attributes.setdefault("active", True)
        return self._save(stored, attributes)

    def modify(self, stored: Stored, operations: Sequence[Operation]) -> Stored:
        """Apply the operations of a PATCH, all or none."""
        attributes = copied(stored.attributes)
        for operation in operations:
            self._check_mirrors(operation)
            apply_operation(attributes, operation, self._personality)
        if self._personality.genesys:
            attributes.setdefault("active", stored.attributes.get("active", True))
        return self._save(stored, attributes)

    def delete(self, stored: Stored) -> None:
        """Delete the user, which leaves every group; where nothing is deleted, it is inactive."""
        if self._personality.is_set("deleted", "inactive"):
            self._save(stored, {**stored.attributes, "active": False})
            return
        moment = self._now()
        for group_id in list(self._store.groups_of.get(stored.id, ())):
            group = self._store.groups.everything[group_id]
            members = {key: item for key, item in group.members.items() if key != stored.id}
            left = replace(group, members=members, version=group.version + 1, modified=moment)
            self._store.put("cascade", left)
        attributes = {**stored.attributes, "active": False}
        if self._personality.genesys:
            attributes = _without_rights(attributes)
        gone = replace(
            stored,
            state="deleted",
            attributes=attributes,
            version=stored.version + 1,
            modified=moment,
        )
        self._store.put("delete", gone)

    def _new(self, attributes: Document) -> Stored:
        if self._personality.genesys:
            attributes = _with_default_role(_with_division(attributes))
        moment = self._now()
        return Stored("User", str(uuid.uuid4()), _state(attributes), 1, moment, moment, attributes)

    def _restored(self, deleted: Stored, attributes: Document) -> Stored:
        """Return the old user: history kept, roles and own division not (genesys-scim 5.4)."""
        merged = {**deleted.attributes, **attributes}
        for urn, held in deleted.attributes.items():
            given = attributes.get(urn)
            if isinstance(held, dict) and isinstance(given, dict):
                merged[urn] = {**held, **given}
        return replace(
            deleted,
            state=_state(merged),
            attributes=_with_division(merged),
            version=deleted.version + 1,
            modified=self._now(),
        )

    def _deleted(self, name: str) -> Stored | None:
        if self._personality.is_set("restore", "new_id"):
            return None
        found = self._store.users.deleted_by_name.get(name)
        return self._store.users.everything[found[-1]] if found else None

    def _save(self, stored: Stored, attributes: Document) -> Stored:
        unknown = self._rules.check(attributes, stored)
        if unknown:
            raise _unknown(unknown)
        self._check_unique(str(attributes["userName"]).casefold(), own_id=stored.id)
        if attributes == stored.attributes:
            return stored
        changed = replace(
            stored,
            state=_state(attributes),
            attributes=attributes,
            version=stored.version + 1,
            modified=self._now(),
        )
        self._store.put("update", changed)
        return changed

    def _check_unique(self, name: str, own_id: str) -> None:
        if self._personality.is_set("uniqueness", "none"):
            return
        if any(found != own_id for found in self._store.users.by_name.get(name)):
            scim_type = (
                "uniqueness" if self._personality.is_set("duplicate_user", "uniqueness") else None
            )
            status = int(self._personality.values["duplicate_status"])
            raise Refusal(status, "The userName is already in use.", scim_type=scim_type)

    def _check_mirrors(self, operation: Operation) -> None:
        """Refuse a filtered path to a value that mirrors another attribute."""
        place = operation.place
        if not self._personality.genesys or not isinstance(place, Path) or place.filter is None:
            return
        known = equalities(place.filter) or {}
        if place.attribute.name == "externalIds" and is_mirror_authority(known.get("authority")):
            raise read_only("This external id mirrors externalId and cannot be written.")
        is_other = place.attribute.name == "emails" and known.get("type") == "other"
        refused = self._personality.is_set("other_email", "refuse")
        if is_other and operation.kind == "remove" and refused:
            raise read_only("The email of type other mirrors userName and cannot be written.")


def _unknown(names: list[str]) -> Refusal:
    return invalid_value(f"Not configured in this organisation: {', '.join(names)}.")


def _state(attributes: Document) -> str:
    return "inactive" if attributes.get("active") is False else "active"


def _with_default_role(attributes: Document) -> Document:
    held = attributes.get("roles")
    roles = list(held) if isinstance(held, list) else []
    if not any(role.get("value") == DEFAULT_ROLE for role in roles):
        roles = [{"value": DEFAULT_ROLE}, *roles]
    return {**attributes, "roles": roles}


def _with_division(attributes: Document) -> Document:
    held = attributes.get(ENTERPRISE)
    extension = dict(held) if isinstance(held, dict) else {}
    extension.setdefault("division", DEFAULT_DIVISION)
    return {**attributes, ENTERPRISE: extension}


def _without_rights(attributes: Document) -> Document:
    held = attributes.get(ENTERPRISE)
    extension = dict(held) if isinstance(held, dict) else {}
    extension["division"] = DEFAULT_DIVISION
    kept = {name: value for name, value in attributes.items() if name != "roles"}
    return {**kept, ENTERPRISE: extension}
