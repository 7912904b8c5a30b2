"""Directory files that were uploaded and wait for somebody to look at what they would change.

Each draft is a folder of ROLLCALL_DATA/uploads with one file per part and a note of its terms; it
is gone when it was imported or discarded, or after a day.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from provisioning.core.problems import UsageProblems
from provisioning.engine.clock import Clock
from provisioning.engine.importing.directory import import_directory, preview_import
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.sources.base import Part
from provisioning.sources.csv_file import FileSource
from provisioning.sources.file_look import FileLook, look_at
from provisioning.sources.file_reading import FileReading
from provisioning.sources.file_rows import RowFile

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT = timedelta(days=1)
_NOTE = "draft.json"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A file as somebody sent it: its name, and its bytes piece by piece."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Draft:
    """Files that wait: where they lie, the source they belong to, whether they are partial, and
    what was said about how to read them.
    """

    folder: Path
    source: str
    partial: bool
    readings: Mapping[Part, FileReading] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What its address calls it."""
        return self.folder.name

    def looks(self) -> list[FileLook]:
        """Each file as it would be read. Raises `UsageProblems` for what is no directory file."""
        files = self._files()
        found = [RowFile(part, path, self._reading(part)) for part, path in files.items()]
        if problems := [problem for file in found for problem in file.problems()]:
            raise UsageProblems(problems)
        return [look_at(part, path, self._reading(part)) for part, path in files.items()]

    def read_as(self, readings: Mapping[Part, FileReading]) -> Draft:
        """The same files, read as somebody said."""
        draft = replace(self, readings={**self.readings, **readings})
        draft.keep_note()
        return draft

    def preview(self) -> ImportReport:
        """What importing it would do. Raises `UsageProblems` for files that cannot be read."""
        return preview_import(
            self._opened(), name=self.source, now=Clock().now(), terms=self._terms(force=False)
        )

    def run(self, actor: User, *, force: bool) -> ImportReport:
        """Import it, then forget it; `force` removes whoever is missing, however many."""
        report = import_directory(
            self._opened(),
            name=self.source,
            now=Clock().now(),
            terms=self._terms(force=force),
            actor=actor,
        )
        self.discard()
        return report

    def keep_note(self) -> None:
        """Write down what the files do not say themselves."""
        readings = {part.value: one.as_document() for part, one in self.readings.items()}
        note = {"source": self.source, "partial": self.partial, "readings": readings}
        (self.folder / _NOTE).write_text(json.dumps(note))

    def discard(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _terms(self, *, force: bool) -> Terms:
        return Terms(merge=self.partial, force=force)

    def _opened(self) -> FileSource:
        files = self._files()
        readings = {look.part: self._with_guess(look) for look in self.looks()}
        return FileSource(files, readings, changes=self.partial)

    def _with_guess(self, look: FileLook) -> FileReading:
        return replace(self._reading(look.part), encoding=look.encoding.name)

    def _reading(self, part: Part) -> FileReading:
        return self.readings.get(part, FileReading())

    def _files(self) -> dict[Part, Path]:
        folders = {part: self.folder / part.value for part in Part}
        return {part: next(folder.iterdir()) for part, folder in folders.items() if folder.is_dir()}


def keep_draft(files: Mapping[str, UploadedPart], *, source: str, partial: bool) -> Draft:
    """Keep the files of `users`, `groups` and `memberships` until somebody has looked; older ones
    that nobody came back to are cleared away.
    """
    _forget_old()
    draft = Draft(_home() / str(uuid.uuid4()), source, partial)
    draft.folder.mkdir(parents=True, mode=0o700)
    for part, one in files.items():
        place = draft.folder / Part(part).value
        place.mkdir()
        with (place / _safe(one.name)).open("wb") as stream:
            for chunk in one.chunks:
                stream.write(chunk)
    draft.keep_note()
    return draft


def find_draft(number: uuid.UUID) -> Draft | None:
    """The draft with this id, if it still waits."""
    note = _home() / str(number) / _NOTE
    try:
        content = json.loads(note.read_text())
    except OSError:
        return None
    readings = {Part(part): FileReading(**one) for part, one in content["readings"].items()}
    return Draft(note.parent, content["source"], content["partial"], readings)


def file_name(place: str) -> str:
    """What a person called the file that a finding is about."""
    return Path(place).name


def _home() -> Path:
    return Path(settings.ROLLCALL_DATA) / "uploads"


def _forget_old() -> None:
    oldest = Clock().now() - KEPT
    for folder in _home().glob("*-*"):
        if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _safe(name: str) -> str:
    """The name without anything that a file system or a terminal would take for more than text."""
    plain = "".join(one for one in name if one.isprintable() and one not in '/\\:*?"<>|')
    return plain.lstrip(".")[-_LONGEST_NAME:] or "file.csv"
