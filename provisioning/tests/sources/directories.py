"""Directory files written in a line, and what the directory holds after an import."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from provisioning.core.resource import Kind
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.models.directory import DirectoryObject
from provisioning.models.membership import Membership
from provisioning.sources.base import Part
from provisioning.sources.csv_file import FileSource

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAME = "hr"


def files(folder: Path, **parts: str | bytes) -> FileSource:
    """A source of `users`, `groups`, `memberships`; a text that begins with `{` is JSON Lines."""
    paths = {}
    for name, content in parts.items():
        data = content.encode() if isinstance(content, str) else content
        ending = "jsonl" if data.startswith(b"{") else "csv"
        path = folder / f"{name}.{ending}"
        path.write_bytes(data)
        paths[Part(name)] = path
    return FileSource(paths)


def imported(
    folder: Path, terms: Terms | None = None, now: datetime = NOW, **parts: str | bytes
) -> ImportReport:
    """Import the files and answer what happened."""
    return import_directory(files(folder, **parts), name=NAME, now=now, terms=terms)


def people_file(ids: Iterable[str]) -> str:
    """A file of people who have nothing but an id and a name."""
    return "id,displayName\n" + "".join(f"{one},Person {one}\n" for one in ids)


def groups_file(ids: Iterable[str]) -> str:
    """A file of groups."""
    return people_file(ids)


def members_file(edges: Iterable[tuple[str, ...]]) -> str:
    """A file of memberships: (group, member) or (group, member, type)."""
    rows = [(*edge, "user")[:3] for edge in edges]
    return "group,member,type\n" + "".join(",".join(row) + "\n" for row in rows)


def person(source_id: str) -> DirectoryObject:
    """The person with this id."""
    return DirectoryObject.objects.people().get(source_id=source_id)


def group(source_id: str) -> DirectoryObject:
    """The group with this id."""
    return DirectoryObject.objects.groups().get(source_id=source_id)


def present(kind: Kind = Kind.USER) -> set[str]:
    """The ids of all objects that are not gone."""
    rows = DirectoryObject.objects.present().filter(kind=kind.value)
    return set(rows.values_list("source_id", flat=True))


def edges() -> set[tuple[str, str]]:
    """The memberships that hold now, by ids."""
    rows = Membership.objects.current()
    return set(rows.values_list("group__source_id", "member_key"))


def reasons(report: ImportReport) -> list[tuple[int | None, str]]:
    """The rejected rows as (line, reason)."""
    return [(one.line, one.reason) for one in report.rejected]
