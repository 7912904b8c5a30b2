"""What was asked, answered and changed: one line a request, without credentials and passwords."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from provisioning.simulator.documents import timestamp
from provisioning.simulator.schema import Document
from provisioning.simulator.state import Change, Stored

MOST_KEPT = 50_000
LARGEST_RESPONSE = 64 * 1024
MOST_MEMBERS = 500
_HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Record:
    """One request with its answer; bodies stay bytes until somebody reads them."""

    n: int
    at: float
    method: str
    path: str
    status: int | None
    body: bytes
    response: bytes
    fault: str | None
    changes: tuple[Change, ...]

    def as_document(self) -> Document:
        """Return the record as a line of `--record` holds it."""
        response: object = _parsed(self.response)
        if len(self.response) > LARGEST_RESPONSE:
            response = {"omitted": f"{len(self.response)} bytes"}
        return {
            "n": self.n,
            "at": timestamp(self.at),
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "body": _without_passwords(_parsed(self.body)),
            "response": response,
            "fault": self.fault,
            "changes": [_change(change) for change in self.changes],
        }


class Recorder:
    """Numbers the requests, keeps the last ones and writes them to a file."""

    def __init__(self, file: Path | None) -> None:
        """Append to `file` when there is one."""
        self._file: IO[bytes] | None = file.open("ab", buffering=0) if file else None
        self._kept: deque[Record] = deque(maxlen=MOST_KEPT)
        self._next = 1

    def add(self, record: Record) -> None:
        """Keep a record; the caller holds the lock of the state."""
        self._kept.append(record)
        if self._file is not None:
            line = json.dumps(record.as_document())
            self._file.write(f"{line}\n".encode())

    def number(self) -> int:
        """Return the number of the next request."""
        self._next += 1
        return self._next - 1

    def documents(self) -> Iterator[Document]:
        """Return the kept records, oldest first."""
        return (record.as_document() for record in list(self._kept))

    def last(self, count: int) -> Sequence[Record]:
        """Return the latest records, newest first."""
        return list(self._kept)[: -count - 1 : -1]

    def clear(self) -> None:
        """Forget the records and count from one again."""
        self._kept.clear()
        self._next = 1

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def _change(change: Change) -> Document:
    before, after = change.before, change.after
    return {
        "kind": after.kind,
        "id": after.id,
        "action": change.action,
        "before": _version(before, after) if before is not None else None,
        "after": _version(after, before) if after.present else None,
    }


def _version(stored: Stored, other: Stored | None) -> Document:
    """Return a version; of a large group only the members that the other version lacks."""
    document = stored.document()
    if other is not None and other.present and len(stored.members) > MOST_MEMBERS:
        members = stored.members.items()
        own = [entry for key, entry in members if key not in other.members]
        document |= {"members": own, "membersOmitted": len(stored.members) - len(own)}
    return document


def _parsed(body: bytes) -> object:
    if not body:
        return None
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
    return parsed


def _without_passwords(value: object) -> object:
    if isinstance(value, list):
        return [_without_passwords(item) for item in value]
    if not isinstance(value, dict):
        return value
    about_password = "password" in str(value.get("path", "")).lower()
    return {
        name: _HIDDEN
        if name.lower().endswith("password") or (about_password and name.lower() == "value")
        else _without_passwords(item)
        for name, item in value.items()
    }
