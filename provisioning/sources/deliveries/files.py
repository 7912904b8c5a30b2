"""Files in hand: read with the settings that were saved, and refused at the first surprise.

Nobody looks at a preview of these, so whatever differs from before stops them: another header, an
encoding that nobody has confirmed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.sources.base import Page, Part
from provisioning.sources.csv_file import FileSource
from provisioning.sources.deliveries.settings import FileSettings
from provisioning.sources.file_reading import detect_encoding
from provisioning.sources.file_rows import RowFile


class DeliveredFiles:
    """What is in hand, and what is remembered of the last time."""

    def __init__(self, settings: FileSettings, memory: Mapping[str, Any]) -> None:
        self._settings = settings
        self._memory = dict(memory)
        self._accepts_headers = False
        self.files: dict[Part, Path] = {}

    @property
    def merges(self) -> bool:
        """Whether the files hold changes only."""
        return self._settings.changes

    @property
    def memory(self) -> dict[str, Any]:
        """What to remember until the next time."""
        return dict(self._memory)

    def take_in_hand(self, files: dict[Part, Path], *, anew: bool) -> bool:
        """Whether these are others than those that were read last; `anew` takes them anyway, and
        a changed header for meant.
        """
        self.files, self._accepts_headers = files, anew
        return anew or _digests(files) != self._memory.get("digests")

    def were_read(self) -> None:
        """Remember them as read."""
        self._memory["digests"] = _digests(self.files)
        self._memory["headers"] = {**self._memory.get("headers", {}), **self._headers()}

    def parts(self) -> tuple[Part, ...]:
        """The parts that a file is there for."""
        return self._read().parts()

    def name_of(self, part: Part) -> str:
        """The file's name."""
        return self.files[part].name

    def check(self) -> list[Problem]:
        """What makes a file no directory file, then what differs from the last time."""
        files = {part: RowFile(part, path, self._settings.reading) for part, path in self._all()}
        found = [one for file in files.values() for one in file.problems()]
        return found or self._surprises() or self._read().check()

    def schema(self, part: Part) -> tuple[str, ...]:
        """The columns of a part's file."""
        return self._read().schema(part)

    def full(self, part: Part) -> Iterator[Page]:
        """The whole file; nothing where there is none."""
        return self._read().full(part) if part in self.files else iter((Page(last=True),))

    def _read(self) -> FileSource:
        readings = dict.fromkeys(self.files, self._settings.reading)
        return FileSource(self.files, readings, changes=self._settings.changes)

    def _all(self) -> list[tuple[Part, Path]]:
        return [(part, self.files[part]) for part in Part if part in self.files]

    def _headers(self) -> dict[str, list[str]]:
        found = {}
        for part, path in self._all():
            file = RowFile(part, path, self._settings.reading)
            if file.is_csv():
                found[part.value] = file.sample(0)[0]
        return found

    def _surprises(self) -> list[Problem]:
        problems = []
        for _part, path in self._all():
            encoding = detect_encoding(path)
            if not encoding.certain and not self._settings.reading.encoding:
                message = _("The file is not UTF-8. It looks like %(encoding)s.")
                advice = _("Choose its encoding in the source's settings, then deliver it again.")
                said = message % {"encoding": encoding.name.upper()}
                problems.append(Problem(path.name, said, advice))
        return problems or self._changed_headers()

    def _changed_headers(self) -> list[Problem]:
        known = {} if self._accepts_headers else self._memory.get("headers", {})
        message = _("The header is another than before: it was %(before)s and is %(now)s.")
        advice = _("If it is meant, read everything again; then this header is the known one.")
        return [
            Problem(
                self.files[Part(part)].name,
                message % {"before": ", ".join(known[part]), "now": ", ".join(header)},
                advice,
                1,
            )
            for part, header in self._headers().items()
            if part in known and known[part] != header
        ]


def _digests(files: Mapping[Part, Path]) -> dict[str, str]:
    found = {}
    for part, path in files.items():
        with path.open("rb") as stream:
            found[part.value] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found
