"""What the simulator starts with: a seed file of SCIM resources, and groups by name.

A seed is trusted: managers and members may be named by id or by userName, roles, divisions and
skills that it uses become known, and users may be inactive or deleted from the start.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import Refusal
from provisioning.simulator.registries import KINDS, Registries, names_of
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.settings_error import SettingError
from provisioning.simulator.state import Store, Stored
from provisioning.simulator.values import clean_document
from provisioning.simulator.vocabulary import ENTERPRISE, PURECLOUD


@dataclass(frozen=True, slots=True)
class Seed:
    """The content of a seed file."""

    users: tuple[Document, ...] = ()
    groups: tuple[Document, ...] = ()
    names: Document | None = None


def read_seed(file: Path) -> Seed:
    """Return the content of a seed file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as problem:
        raise _wrong(f"The seed {file} cannot be read: {problem}.") from None
    return seed_of(content, str(file))


def seed_of(content: object, origin: str = "given") -> Seed:
    """Return the seed in a document `{users: […], groups: […]}`."""
    if not isinstance(content, dict):
        raise _wrong(f"The seed {origin} is not a JSON object.")
    parts = {}
    for kind in ("users", "groups"):
        listed = content.get(kind, [])
        if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
            raise _wrong(f"“{kind}” in the seed {origin} is not a list of objects.")
        parts[kind] = tuple(listed)
    names = {kind: content[kind] for kind in KINDS if kind in content}
    return Seed(parts["users"], parts["groups"], names)


@dataclass(frozen=True)
class Sower:
    """Puts seeds into a store."""

    personality: Personality
    definitions: dict[str, Definition]
    store: Store
    registries: Registries
    now: float

    def sow(self, seed: Seed) -> None:
        """Store every resource of the seed, users before those who refer to them."""
        users = [self._stored("User", item) for item in seed.users]
        ids = {user.name: user.id for user in users}
        for user in users:
            self.store.put("seed", self._with_manager(user, ids))
        for item in seed.groups:
            self.store.put("seed", self._stored("Group", item, ids))

    def add_groups(self, names: Iterable[str]) -> None:
        """Store an empty group for each name that no group has."""
        for name in names:
            if not self.store.groups.by_name.get(name.casefold()):
                self.store.put("seed", self._stored("Group", {"displayName": name}))

    def learn_names(self, seed: Seed) -> None:
        """Make the names known that the seed and the stored users hold."""
        for kind in KINDS:
            self.registries.add(kind, names_of(seed.names or {}, kind))
        for user in self.store.users.everything.values():
            self._learn(user.attributes)

    def _stored(self, kind: str, item: Document, ids: dict[str, str] | None = None) -> Stored:
        try:
            attributes = clean_document(item, self.definitions[kind], self.personality)
        except Refusal as problem:
            raise _wrong(f"A {kind.lower()} of the seed is not valid: {problem.detail}") from None
        required = "userName" if kind == "User" else "displayName"
        if not attributes.get(required):
            raise _wrong(f"A {kind.lower()} of the seed has no {required}.")
        attributes.pop("password", None)
        members = _members(attributes.pop("members", None), ids or {})
        state = _state(item, attributes)
        if kind == "User":
            _complete(attributes, state, self.personality)
        identifier = str(item.get("id") or uuid.uuid4())
        return Stored(kind, identifier, state, 1, self.now, self.now, attributes, members)

    def _with_manager(self, user: Stored, ids: dict[str, str]) -> Stored:
        extension = user.attributes.get(ENTERPRISE)
        manager = extension.get("manager") if isinstance(extension, dict) else None
        if isinstance(manager, dict):
            value = str(manager.get("value", ""))
            manager["value"] = ids.get(value.casefold(), value)
        return user

    def _learn(self, attributes: Document) -> None:
        enterprise, purecloud = attributes.get(ENTERPRISE), attributes.get(PURECLOUD)
        if isinstance(enterprise, dict) and "division" in enterprise:
            self.registries.add("divisions", [str(enterprise["division"])])
        self.registries.add("roles", _listed(attributes.get("roles"), "value"))
        if isinstance(purecloud, dict):
            self.registries.add("skills", _listed(purecloud.get("routingSkills"), "name"))
            self.registries.add("languages", _listed(purecloud.get("routingLanguages"), "name"))


def _complete(attributes: Document, state: str, personality: Personality) -> None:
    attributes["active"] = state == "active"
    if personality.genesys:
        attributes.setdefault("displayName", attributes["userName"])
        emails = attributes.get("emails")
        if isinstance(emails, list):
            attributes["emails"] = [item for item in emails if item.get("type") != "other"]


def _state(item: Document, attributes: Document) -> str:
    if item.get("state") in ("active", "inactive", "deleted"):
        return str(item["state"])
    return "inactive" if attributes.get("active") is False else "active"


def _members(listed: object, ids: dict[str, str]) -> dict[str, Document]:
    members: dict[str, Document] = {}
    for entry in listed if isinstance(listed, list) else []:
        value = str(entry.get("value", ""))
        identifier = ids.get(value.casefold(), value)
        members[identifier] = {"value": identifier, "type": entry.get("type", "User")}
    return members


def _listed(value: object, key: str) -> list[str]:
    entries = value if isinstance(value, list) else []
    return [str(entry[key]) for entry in entries if isinstance(entry, dict) and key in entry]


def _wrong(message: str) -> SettingError:
    return SettingError(
        message, path="--seed", advice="Give a JSON file {users: […], groups: […]}."
    )
