"""From where the changes of a source are read on, and when everything is read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from provisioning.models.directory import Source
from provisioning.models.source_reading import SourceCursor
from provisioning.sources.base import ChangeFeed, DirectorySource, Part

RECONCILE_EVERY = timedelta(days=7)
"""Every signal of changes has holes: so often everything is read and compared (rule 8)."""


@dataclass(frozen=True, slots=True)
class Places:
    """The cursors of one source, one for each part."""

    origin: Source
    source: DirectorySource
    now: datetime

    def usable(self) -> dict[Part, str]:
        """The cursors to read on from; none when one of them is void, missing or due for a whole
        read, because parts are told apart by the reader and not by the source.
        """
        if not isinstance(self.source, ChangeFeed):
            return {}
        rows = {Part(one.part): one for one in SourceCursor.objects.filter(origin=self.origin)}
        basis = _digest(self.source.basis())
        complete = all(part in rows for part in self.source.parts())
        if not complete or any(self._is_void(one, basis) for one in rows.values()):
            return {}
        return {part: one.cursor for part, one in rows.items()}

    def keep(self, cursors: Mapping[Part, str], *, whole: Iterable[Part]) -> None:
        """Read on from here next time; `whole` names the parts of which everything was read."""
        if not isinstance(self.source, ChangeFeed):
            return
        basis, read_whole = _digest(self.source.basis()), set(whole)
        for part, cursor in cursors.items():
            said = {"cursor": cursor, "basis": basis}
            if part in read_whole:
                said_first = {**said, "full_at": self.now}
                SourceCursor.objects.update_or_create(
                    origin=self.origin, part=part.value, defaults=said_first
                )
            else:
                SourceCursor.objects.filter(origin=self.origin, part=part.value).update(**said)

    def _is_void(self, row: SourceCursor, basis: str) -> bool:
        return row.basis != basis or self.now - row.full_at >= RECONCILE_EVERY


def _digest(basis: str) -> str:
    return hashlib.sha256(basis.encode()).hexdigest()
