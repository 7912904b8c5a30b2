"""What every question of a probe works with: the client, what was learnt, the test objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from provisioning.core.diff import Change
from provisioning.core.errors import LinkBroken, ObjectRejected
from provisioning.core.patch import Dialect, patch_body
from provisioning.core.replacement import replacement_body
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.urns import CORE_GROUP, CORE_USER
from provisioning.engine.passport.marks import Marks
from provisioning.scim.client import ScimClient
from provisioning.scim.quirks import Quirks

CORE = {Kind.USER: CORE_USER, Kind.GROUP: CORE_GROUP}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question came to: a sentence of the catalogue with its values."""

    question: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    broken: bool = False
    """Whether the target does not do as the RFC says, or as people expect."""

    def as_document(self) -> dict[str, Any]:
        """JSON, to be spoken in the reader's language."""
        return {
            "question": self.question,
            "template": self.template,
            "message": self.template % self.values if self.values else self.template,
            "values": dict(self.values),
            "broken": self.broken,
        }


@dataclass(slots=True)
class Trial:
    """One probe under way. `quirks` is what was learnt so far, and what is obeyed already."""

    client: ScimClient
    marks: Marks
    sleep: Callable[[float], None]
    people: list[Resource] = field(default_factory=list)
    """The test accounts, as they were last seen; the first is the one that is changed."""

    @property
    def quirks(self) -> Quirks:
        """What is known by now."""
        return self.client.quirks

    def learn(self, **quirks: Any) -> None:
        """Keep what a question taught, and obey it from now on."""
        self.client.quirks = replace(self.client.quirks, **quirks)

    def make_person(self, name: str = "", *, active: bool = True) -> Resource:
        """A test account, once more of a `name` if one is given. Raises what the target refuses."""
        if name:
            self.marks.about_to_make(Kind.USER, name)
        name = name or self.marks.new(Kind.USER)
        return self._make(Kind.USER, name, {"userName": name, "title": "Probe", "active": active})

    def make_group(self) -> Resource:
        """A test group."""
        return self._make(Kind.GROUP, self.marks.new(Kind.GROUP), {})

    def _make(self, kind: Kind, name: str, values: dict[str, Value]) -> Resource:
        shown = name if kind is Kind.GROUP else f"Rollcall probe {name.partition('@')[0][-16:]}"
        body: dict[str, Value] = {"schemas": [CORE[kind]], **values, "displayName": shown}
        made = self.client.create(kind, body)
        self.marks.made(name, str(made["id"]))
        return made

    def read(self, resource: Resource, kind: Kind = Kind.USER) -> Resource | None:
        """The test object as it is now; `None` when it is gone."""
        try:
            return self.client.read(kind, str(resource["id"]))
        except LinkBroken:
            return None

    def write(self, change: Change, form: Dialect | None, version: str | None = None) -> None:
        """Change the first test account by this form of PATCH, or by PUT for none."""
        identity, person = str(self.people[0]["id"]), self.people[0]
        if form is None:
            body = replacement_body([change], self.client.read(Kind.USER, identity), Kind.USER)
            self.client.replace(Kind.USER, identity, body, version)
        else:
            patch = patch_body([change], form, person)
            self.client.modify(Kind.USER, identity, patch, version)

    def takes(self, change: Change, form: Dialect | None) -> bool:
        """Whether the change is there after it was written so; a refusal is a no."""
        try:
            self.write(change, form)
        except ObjectRejected:
            return False
        after = self.read(self.people[0])
        if after is None:
            return False
        self.people[0] = after
        return change.path.get(after) == change.new
