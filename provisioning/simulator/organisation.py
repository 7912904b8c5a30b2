"""One organisation: its people and groups, what can be done to them, and how they are kept."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.simulator.discovery import resource_types, schemas, service_provider_config
from provisioning.simulator.documents import timestamp
from provisioning.simulator.groups import Groups
from provisioning.simulator.journal import Journal
from provisioning.simulator.listing import Lister
from provisioning.simulator.options import Options
from provisioning.simulator.registries import Registries
from provisioning.simulator.rendering import Renderer
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.seed import Sower
from provisioning.simulator.state import Change, Store, Stored
from provisioning.simulator.user_rules import UserRules
from provisioning.simulator.users import Users
from provisioning.simulator.vocabulary import group_definition, user_definition


class Organisation:
    """Everything that one simulator holds; the caller takes `store.lock`."""

    def __init__(self, options: Options) -> None:
        """Build the parts and bring back what was kept, or sow the seed."""
        self.options = options
        self.personality = options.personality
        self.definitions: dict[str, Definition] = {
            "User": user_definition(self.personality),
            "Group": group_definition(),
        }
        self.store = Store()
        self.store.remember_recent = self.personality.number("filter_lag") > 0
        self.registries = Registries()
        self.renderer = Renderer(self.personality, self.definitions, self.store)
        self.lister = Lister(self.personality, self.definitions, self.store, self.renderer)
        rules = UserRules(self.personality, self.store, self.registries)
        users, groups = self.definitions["User"], self.definitions["Group"]
        self.users = Users(self.personality, users, self.store, rules, options.now)
        self.groups = Groups(self.personality, groups, self.store, options.now)
        self.journal = Journal(options.state, self.store) if options.state else None
        self.changes: list[Change] = []
        self._start()
        self.store.listeners.append(self.changes.append)

    def reset(self) -> None:
        """Go back to the seed, whatever was kept."""
        with self.store.lock:
            self.store.clear()
            self._sow()
            if self.journal is not None:
                self.journal.compact()
            self.changes.clear()

    def take_changes(self) -> tuple[Change, ...]:
        """Return what changed since the last call."""
        changes = tuple(self.changes)
        self.changes.clear()
        return changes

    def document(self) -> dict[str, list[Document]]:
        """Return every user and group, inactive and deleted ones too."""
        with self.store.lock:
            return {
                "users": [_kept(item) for item in self.store.users.everything.values()],
                "groups": [_kept(item) for item in self.store.groups.everything.values()],
            }

    def close(self) -> None:
        """Write what is kept."""
        with self.store.lock:
            if self.journal is not None:
                self.journal.close()

    def config(self, base: str) -> Document:
        """Return the ServiceProviderConfig."""
        return service_provider_config(self.personality, base)

    def described(self, kind: str, base: str) -> list[Document]:
        """Return the documents of ResourceTypes or Schemas."""
        definitions: Sequence[Definition] = tuple(self.definitions.values())
        describe = resource_types if kind == "ResourceType" else schemas
        return describe(self.personality, definitions, base)

    def _start(self) -> None:
        kept = self.journal.load() if self.journal is not None else False
        if kept:
            sower = self._sower()
            sower.learn_names(self.options.seed)
            sower.add_groups(self.options.groups)
        else:
            self._sow()

    def _sow(self) -> None:
        sower = self._sower()
        sower.sow(self.options.seed)
        sower.learn_names(self.options.seed)
        sower.add_groups(self.options.groups)

    def _sower(self) -> Sower:
        return Sower(
            self.personality, self.definitions, self.store, self.registries, self.options.now()
        )


def _kept(stored: Stored) -> Document:
    meta = {
        "resourceType": stored.kind,
        "created": timestamp(stored.created),
        "lastModified": timestamp(stored.modified),
        "version": str(stored.version),
    }
    document = {**stored.document(), "state": stored.state, "meta": meta}
    if stored.kind == "Group":
        document.setdefault("members", [])
    return document
