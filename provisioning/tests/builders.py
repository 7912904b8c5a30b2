"""Worlds for engine tests: a directory one writes down in a line, and an application beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provisioning.engine.clock import Clock
from provisioning.engine.configuration.applying import apply_documents
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.cycle import Request
from provisioning.engine.documents import cycle_document
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.engine.running import Waiting, run_cycle
from provisioning.models import DirectoryObject, Job
from provisioning.sources.base import Part
from provisioning.sources.csv_file import FileSource

HEADERS = {"users": "id", "groups": "id,displayName", "members": "group,member"}
TOKEN_VARIABLE = "ROLLCALL_TEST_TOKEN"


@dataclass
class Directory:
    """People and groups as a company would export them; `sync` imports all of it."""

    folder: Path
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: list[tuple[str, str]] = field(default_factory=list)

    def person(self, source_id: str, **attributes: Any) -> str:
        """Write somebody down; the id is answered, for assignments and managers."""
        known = self.people.get(source_id) or {
            "id": source_id,
            "userPrincipalName": f"{source_id}@contoso.example",
            "displayName": f"Person {source_id}",
            "mail": f"{source_id}@contoso.example",
            "jobTitle": "Agent",
        }
        self.people[source_id] = {**known, **attributes}
        return source_id

    def group(self, source_id: str, name: str, members: Sequence[str] = ()) -> str:
        """Write a group down with all its members."""
        self.groups[source_id] = {"id": source_id, "displayName": name}
        self.members = [edge for edge in self.members if edge[0] != source_id]
        self.members += [(source_id, member) for member in members]
        return source_id

    def leave(self, source_id: str) -> None:
        """The person is no longer in the export: gone for good."""
        del self.people[source_id]
        self.members = [edge for edge in self.members if edge[1] != source_id]

    def sync(self, *, force: bool = False) -> ImportReport:
        """Import everything, as `import_directory` does."""
        edges = [
            {"group": group, "member": member, "type": "group" if member in self.groups else "user"}
            for group, member in self.members
        ]
        files = {
            Part.USERS: self._write("users", self.people.values()),
            Part.GROUPS: self._write("groups", self.groups.values()),
            Part.MEMBERSHIPS: self._write("members", edges),
        }
        return import_directory(
            FileSource(files), name="files", now=Clock().now(), terms=Terms(force=force)
        )

    def _write(self, name: str, rows: Any) -> Path:
        lines = [json.dumps(row) for row in rows]
        if not lines:
            # A file without anybody still has its header line.
            empty = self.folder / f"{name}.csv"
            empty.write_text(HEADERS[name] + "\n")
            return empty
        path = self.folder / f"{name}.jsonl"
        path.write_text("\n".join(lines) + "\n")
        return path


def application(tenant_url: str, token: str, **document: Any) -> Job:
    """An application in front of this target; keyword arguments are keys of the configuration."""
    os.environ[TOKEN_VARIABLE] = token
    content = {
        "name": "Genesys Cloud EU",
        "slug": "genesys-eu",
        "template": "genesys-cloud",
        "credentials": {"tenant_url": tenant_url, "secret_token": {"env": TOKEN_VARIABLE}},
        **document,
    }
    configure(content)
    return Job.objects.select_related("application", "definition").get(
        application__slug=content["slug"]
    )


def configure(content: Mapping[str, Any]) -> None:
    """Apply one configuration document."""
    apply_documents(None, [ConfigurationDocument(content)])


def assign(job: Job, *assignments: Mapping[str, str]) -> None:
    """Make these the application's assignments."""
    application = job.application
    configure(
        {
            "name": application.name,
            "slug": application.slug,
            "template": application.template,
            "assignments": [dict(one) for one in assignments],
        }
    )


class FakeTime:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def waiting(self) -> Waiting:
        return Waiting(self.sleep, lambda: self.now)


@dataclass
class Run:
    """What one foreground cycle did, as the command tells it."""

    document: dict[str, Any]

    @property
    def state(self) -> str:
        return str(self.document["state"])

    @property
    def requests(self) -> dict[str, int]:
        """Requests by method, without the zeros."""
        return {method: n for method, n in self.document["requests"].items() if n}

    @property
    def counts(self) -> dict[str, int]:
        """Counts by operation, without the zeros."""
        return {operation: n for operation, n in self.document["counts"].items() if n}


def cycle(job: Job, **request: Any) -> Run:
    """Run one cycle in the foreground without waiting for anything."""
    job.refresh_from_db()
    done = run_cycle(job, Request(**request), FakeTime().waiting())
    return Run(cycle_document(done, 0.0))


def directory_object(source_id: str) -> DirectoryObject:
    """The directory's row of somebody written down."""
    return DirectoryObject.objects.get(source_id=source_id)
