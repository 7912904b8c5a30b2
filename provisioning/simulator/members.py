"""The members of a group: added, replaced and removed by id (genesys-scim 6).

Kept by id, so that one joiner costs the same in a group of ten and of ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.simulator.matching import equalities, matches
from provisioning.simulator.operations import Operation
from provisioning.simulator.paths import Path
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import bad_request, invalid_value, read_only
from provisioning.simulator.schema import Attribute, Definition, Document
from provisioning.simulator.state import Store
from provisioning.simulator.values import clean_value

Members = dict[str, Document]


class Membership:
    """What can be done to the members of a group."""

    def __init__(self, personality: Personality, definition: Definition, store: Store) -> None:
        """Keep what decides whether a member exists."""
        self._personality = personality
        self._attribute: Attribute = definition.core.by_name["members"]
        self._store = store

    def listed(self, value: object) -> Members:
        """Return the members that a body lists."""
        members: Members = {}
        self._add(members, value, once_only=False)
        return members

    def apply(self, members: Mapping[str, Document], operation: Operation) -> Members:
        """Return the members after one operation on them."""
        changed = dict(members)
        place = operation.place
        if isinstance(place, Path) and place.sub is not None:
            raise read_only("A member can be added and removed, not changed.")
        if isinstance(place, Path) and place.filter is not None:
            self._apply_filtered(changed, place, operation)
        elif operation.kind == "remove":
            self._remove(changed, operation.value)
        elif operation.kind == "replace":
            changed = self.listed(operation.value)
        else:
            self._add(changed, operation.value, once_only=True)
        return changed

    def _add(self, members: Members, value: object, *, once_only: bool) -> None:
        identifiers = self._identifiers(value)
        most = int(self._personality.number("member_limit"))
        if most and once_only and len(identifiers) > most:
            raise invalid_value(f"At most {most} members at once.")
        for identifier in identifiers:
            kind = self._kind(identifier)
            if kind is None:
                if self._personality.is_set("unknown_member", "refuse"):
                    raise invalid_value(f"There is no member with the id “{identifier}”.")
                continue
            if identifier in members and once_only:
                self._refuse_redundant(f"“{identifier}” is already a member.")
            members[identifier] = {"value": identifier, "type": kind}

    def _remove(self, members: Members, value: object) -> None:
        """Remove all, or those listed: an older spelling of Entra."""
        if value is None or value == []:
            members.clear()
            return
        if self._personality.is_set("member_removal", "path"):
            raise bad_request("invalidSyntax", "A remove has no value; use a filtered path.")
        for identifier in self._identifiers(value):
            self._take(members, identifier)

    def _apply_filtered(self, members: Members, place: Path, operation: Operation) -> None:
        by_path = not self._personality.is_set("member_removal", "list")
        if operation.kind != "remove" or place.filter is None or not by_path:
            raise read_only("A member can be added and removed, not changed.")
        known = equalities(place.filter) or {}
        if set(known) == {"value"}:
            self._take(members, str(known["value"]))
            return
        for identifier, entry in list(members.items()):
            if matches(place.filter, entry):
                del members[identifier]

    def _take(self, members: Members, identifier: str) -> None:
        if members.pop(identifier, None) is None:
            self._refuse_redundant(f"“{identifier}” is not a member.")

    def _refuse_redundant(self, detail: str) -> None:
        if self._personality.is_set("redundant_member", "refuse"):
            raise invalid_value(detail)

    def _identifiers(self, value: object) -> list[str]:
        cleaned = clean_value(self._attribute, value, self._personality)
        entries = cleaned if isinstance(cleaned, list) else []
        for entry in entries:
            if not isinstance(entry, dict) or not entry.get("value"):
                raise invalid_value("Each member needs a value.")
        return [str(entry["value"]) for entry in entries]

    def _kind(self, identifier: str) -> str | None:
        if self._store.users.get(identifier) is not None:
            return "User"
        return "Group" if self._store.groups.get(identifier) is not None else None
