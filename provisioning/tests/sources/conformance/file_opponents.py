"""Directory files as an opponent: written anew for every read."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

from provisioning.sources.base import DirectorySource, Part
from provisioning.sources.csv_file import FileSource
from provisioning.tests.sources.conformance.opponent import Can
from provisioning.tests.sources.conformance.tables import Tables


class Files(Tables):
    """Three files in a folder of their own."""

    can = frozenset({Can.DISABLE, Can.SOFT_DELETE, Can.EMPTY_GROUP, Can.MOVE, Can.DANGLING})
    secret = ""
    ending = ""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="rollcall-files-")

    def source(self) -> DirectorySource:
        rows: dict[Part, list[dict[str, Any]]] = {
            Part.USERS: [{"id": self.id_of(key), **self.row(key)} for key in self.people],
            Part.GROUPS: [{"id": self.id_of(key), "displayName": key} for key in self.groups],
            Part.MEMBERSHIPS: [
                {"group": self.id_of(group), "member": self.id_of(member), "type": kind.value}
                for group, members in self.groups.items()
                for kind, member in sorted(members)
            ],
        }
        return FileSource({part: self._written(part, some) for part, some in rows.items()})

    def filtered_source(self) -> DirectorySource:
        raise NotImplementedError

    def expire_cursors(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._folder.cleanup()

    def _written(self, part: Part, rows: list[dict[str, Any]]) -> Path:
        path = Path(self._folder.name) / f"{part.value}.{self.ending}"
        self.write(path, part, rows)
        return path

    def write(self, path: Path, part: Part, rows: list[dict[str, Any]]) -> None:
        raise NotImplementedError


_COLUMNS = {
    Part.USERS: [
        "id",
        "displayName",
        "mail",
        "manager",
        "department",
        "accountEnabled",
        "deletedDateTime",
    ],
    Part.GROUPS: ["id", "displayName"],
    Part.MEMBERSHIPS: ["group", "member", "type"],
}


class CsvFiles(Files):
    """Comma separated."""

    name = "CSV files"
    ending = "csv"

    def write(self, path: Path, part: Part, rows: list[dict[str, Any]]) -> None:
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, _COLUMNS[part])
            writer.writeheader()
            writer.writerows(rows)


class JsonLinesFiles(Files):
    """One JSON object a line."""

    name = "JSON Lines files"
    ending = "jsonl"

    def write(self, path: Path, part: Part, rows: list[dict[str, Any]]) -> None:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
