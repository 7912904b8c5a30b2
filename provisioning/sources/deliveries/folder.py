"""A folder that is looked into: files appear, are read once whole, and are put away.

A file is whole when size and time stood still between two looks, or when it lost its `.part`.
Looking works on network drives, where a system's own notices do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.sources.base import Part
from provisioning.sources.deliveries.files import DeliveredFiles
from provisioning.sources.deliveries.settings import FileSettings

ENDINGS = (".csv", ".txt", ".tsv", ".json", ".jsonl", ".ndjson")
UNFINISHED = ".part"
_BEGINNINGS = {
    "users": Part.USERS,
    "people": Part.USERS,
    "groups": Part.GROUPS,
    "members": Part.MEMBERSHIPS,
}


class WatchedFolder(DeliveredFiles):
    """One folder with `done` and `failed` inside."""

    kind = "folder"

    def __init__(
        self, folder: Path, settings: FileSettings, memory: Mapping[str, Any], now: datetime
    ) -> None:
        super().__init__(settings, memory)
        self._folder = folder
        self._now = now

    @property
    def arriving(self) -> bool:
        """Whether something is there that may not be whole yet."""
        return bool(self._memory.get("sizes"))

    def check(self) -> list[Problem]:
        """Whether the folder is there, then the files in hand."""
        if not self._folder.is_dir():
            message = _("The folder does not exist on the server.")
            return [
                Problem(str(self._folder), message, _("Make it, and let Rollcall write in it."))
            ]
        return super().check()

    def has_news(self, *, anew: bool) -> bool:
        """Whether every file that waits is whole, and not what was read last; that is put away."""
        if not self._folder.is_dir():
            return True
        waiting, unfinished = self._waiting(), self._unfinished()
        sizes = {path.name: _size(path) for path in waiting.values()}
        known, finished = self._memory.get("sizes", {}), self._memory.get("unfinished", [])
        self._memory["sizes"], self._memory["unfinished"] = sizes, unfinished
        moving = [
            name for name, size in sizes.items() if name not in finished and known.get(name) != size
        ]
        if not waiting or moving:
            return False
        if self.take_in_hand(waiting, anew=anew):
            return True
        self.settle([_("The same as the last time: there is nothing to do.")], well=True)
        return False

    def settle(self, lines: Sequence[str], *, well: bool) -> None:
        """Move the files away, each with a log beside it."""
        if not self.files:
            return
        if well:
            self.were_read()
        place = self._folder / ("done" if well else "failed")
        place.mkdir(exist_ok=True)
        for path in self.files.values():
            put = place / f"{self._now:%Y%m%dT%H%M%S}-{path.name}"
            path.replace(put)
            put.with_name(f"{put.name}.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.files = {}
        self._memory["sizes"] = {}

    def _waiting(self) -> dict[Part, Path]:
        """For each part the file that came first."""
        found: dict[Part, Path] = {}
        for path in sorted(self._ordinary(), key=lambda one: (one.stat().st_mtime_ns, one.name)):
            part = _part_of(path)
            if part is not None and path.suffix.casefold() in ENDINGS:
                found.setdefault(part, path)
        return found

    def _unfinished(self) -> list[str]:
        names = [path.name for path in self._ordinary() if path.suffix == UNFINISHED]
        return sorted(name.removesuffix(UNFINISHED) for name in names)

    def _ordinary(self) -> Iterator[Path]:
        return (one for one in self._folder.iterdir() if one.is_file() and not one.is_symlink())


def _part_of(path: Path) -> Part | None:
    name = path.name.casefold()
    return next((part for word, part in _BEGINNINGS.items() if name.startswith(word)), None)


def _size(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
