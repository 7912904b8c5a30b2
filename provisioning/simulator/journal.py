"""The accounts on disk: a snapshot, and beside it a journal with one line for each change since.

A line is handed to the operating system before the answer is written, so that SIGKILL loses
nothing; the snapshot is replaced by rename, and a line torn by a crash is left out.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from provisioning.simulator.schema import Document
from provisioning.simulator.settings_error import CannotStart
from provisioning.simulator.state import Change, Store, Stored

FORMAT = 1
FEWEST_LINES = 20_000


class Journal:
    """Keeps one store in one file."""

    def __init__(self, file: Path, store: Store) -> None:
        """Lock the file; nothing is read yet."""
        self._file = file
        self._store = store
        self._sequence = 0
        self._lines = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        self._log: IO[bytes] = file.with_name(f"{file.name}.journal").open("ab+", buffering=0)
        try:
            fcntl.flock(self._log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._log.close()
            raise CannotStart(
                f"Another simulator keeps its accounts in {file}. Stop it, or give this one a"
                " --state file of its own."
            ) from None

    def load(self) -> bool:
        """Bring the store to what was kept; tell whether there was anything."""
        try:
            stored, self._sequence = self._snapshot()
        except CannotStart:
            self._log.close()
            raise
        for resource in stored:
            self._store.put("load", resource)
        replayed = False
        for content in self._changes():
            sequence = int(cast("int", content["sequence"]))
            if sequence > self._sequence:
                self._store.put("load", self._replayed(content))
                self._sequence = sequence
                replayed = True
        existed = self._file.exists() or replayed
        self._store.listeners.append(self._append)
        self.compact()
        return existed

    def compact(self) -> None:
        """Write everything into the snapshot and empty the journal."""
        store = self._store
        resources = [*store.users.everything.values(), *store.groups.everything.values()]
        content = {
            "format": FORMAT,
            "sequence": self._sequence,
            "resources": [_written(resource) for resource in resources],
        }
        temporary = self._file.with_name(f"{self._file.name}.new")
        with temporary.open("w", encoding="utf-8") as stream:
            json.dump(content, stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(self._file)
        self._log.truncate(0)
        self._lines = 0

    def close(self) -> None:
        """Write the snapshot and let go of the file."""
        if not self._log.closed:
            self.compact()
            self._log.close()

    def _append(self, change: Change) -> None:
        if self._log.closed:
            # A request in hand when the simulator stopped: nobody gets its answer, nothing is kept.
            return
        self._sequence += 1
        line = json.dumps({"sequence": self._sequence, **_difference(change)})
        self._log.write(f"{line}\n".encode())
        self._lines += 1
        known = len(self._store.users.everything) + len(self._store.groups.everything)
        if self._lines > FEWEST_LINES + 2 * known:
            self.compact()

    def _snapshot(self) -> tuple[list[Stored], int]:
        if not self._file.exists() or not self._file.stat().st_size:
            return [], 0
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            return [_read(item) for item in content["resources"]], int(content["sequence"])
        except (OSError, ValueError, KeyError, TypeError):
            raise CannotStart(
                f"The accounts in {self._file} cannot be read. Move the file away to start empty."
            ) from None

    def _changes(self) -> Iterator[Document]:
        self._log.seek(0)
        for line in self._log.read().split(b"\n"):
            try:
                content = json.loads(line)
            except ValueError:
                continue
            if isinstance(content, dict) and "sequence" in content:
                yield content

    def _replayed(self, content: Document) -> Stored:
        """Return a resource after a journal line, which holds only who joined and who left."""
        collection = self._store.collection(str(content["kind"]))
        before = collection.everything.get(str(content["id"]))
        members = dict(before.members) if before is not None else {}
        for identifier in cast("list[str]", content.pop("left")):
            members.pop(identifier, None)
        members.update(cast("dict[str, Document]", content.pop("joined")))
        return _read({**content, "members": members})


def _difference(change: Change) -> Document:
    held = change.before.members if change.before is not None else {}
    wanted = change.after.members
    content = _written(change.after)
    del content["members"]
    content["joined"] = {key: entry for key, entry in wanted.items() if key not in held}
    content["left"] = [key for key in held if key not in wanted]
    return content


def _written(resource: Stored) -> Document:
    return {
        "kind": resource.kind,
        "id": resource.id,
        "state": resource.state,
        "version": resource.version,
        "created": resource.created,
        "modified": resource.modified,
        "attributes": resource.attributes,
        "members": resource.members,
    }


def _read(content: Document) -> Stored:
    return Stored(
        kind=str(content["kind"]),
        id=str(content["id"]),
        state=str(content["state"]),
        version=int(cast("int", content["version"])),
        created=float(cast("float", content["created"])),
        modified=float(cast("float", content["modified"])),
        attributes=cast("Document", content["attributes"]),
        members=cast("dict[str, Document]", content["members"]),
    )
