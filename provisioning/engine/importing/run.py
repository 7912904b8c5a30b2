"""One read of one source into the directory, in the order that keeps it true: people, groups, who
is missing, memberships.

Who was announced as deleted, or is missing from a complete read, is removed behind the shrink
guard; while the guard holds, nothing at all is removed, memberships included, because a source that
lost its people usually lost their memberships too.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.core.directory_keys import fold_key
from provisioning.core.errors import SourceUnavailable
from provisioning.core.resource import Kind
from provisioning.core.wording import gettext_noop
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.models.directory import DirectoryObject, Source
from provisioning.sources.base import (
    ChangeFeed,
    CursorExpired,
    DirectorySource,
    Finding,
    Page,
    Part,
)
from provisioning.sources.importing import ObjectImport
from provisioning.sources.membership_changes import MembershipChanges
from provisioning.sources.membership_import import Foreseen, MembershipImport
from provisioning.sources.removal import (
    SHRINK_COUNT,
    SHRINK_PERCENT,
    Shrinkage,
    announced_objects,
    count_ending,
    count_present,
    missing_objects,
    remove_objects,
)

_KIND_OF = {Part.USERS: Kind.USER, Part.GROUPS: Kind.GROUP}
_CHUNK = 500


class _Read(Protocol):
    """What reads of objects and of memberships have in common."""

    complete: bool
    ended: bool
    cursor: str
    rejected: list[Finding]
    warnings: list[Finding]


class ImportRun:
    """One read in progress."""

    def __init__(
        self,
        source: DirectorySource,
        origin: Source,
        now: datetime,
        terms: Terms,
        since: Mapping[Part, str] | None = None,
    ) -> None:
        self._source = source
        self._origin = origin
        self._now = now
        self._terms = terms
        self._report = ImportReport()
        self._foreseen_to_leave: set[uuid.UUID] = set()
        self._since = dict(since or {})
        self._complete = True
        self._changed: set[Part] = set()
        # From where each part is read on next time.
        self.cursors: dict[Part, str] = {}

    def run(self) -> ImportReport:
        """Read every part. Raises `SourceUnavailable` when the source stops before its end; what
        was read until then stands, and nothing is removed.
        """
        parts = [part for part in self._source.parts() if part in _KIND_OF]
        before = {part: count_present(self._origin, _KIND_OF[part]) for part in parts}
        reads = {part: self._read_objects(part) for part in parts}
        self._remove_missing(reads, before)
        for part, read in reads.items():
            self._warn_of_unknown_managers(part, read)
        if Part.MEMBERSHIPS in self._source.parts():
            self._read_memberships(reads)
        self._report.whole = not self._changed
        return self._report

    @property
    def read_whole(self) -> set[Part]:
        """The parts of which everything was read."""
        return set(self._source.parts()) - self._changed

    def may_go_on_from_here(self) -> bool:
        """Whether the cursors of this read may be kept: nothing is held, nothing was unreadable."""
        return self._complete and not self._report.held

    def _read_objects(self, part: Part) -> ObjectImport:
        if part in self._since:
            try:
                read = self._took(part, self._object_import(part, merge=True), self._changes(part))
            except CursorExpired:
                # What follows is read whole too: its changes may hang on those we do not know.
                self._since.clear()
            else:
                self._changed.add(part)
                return read
        read = self._object_import(part, merge=self._terms.merge)
        return self._took(part, read, self._source.full(part))

    def _object_import(self, part: Part, *, merge: bool) -> ObjectImport:
        return ObjectImport(
            self._origin, _KIND_OF[part], self._now, merge=merge, dry=self._terms.dry
        )

    def _changes(self, part: Part) -> Iterator[Page]:
        feed = self._source
        if not isinstance(feed, ChangeFeed):
            raise CursorExpired
        return feed.changes(part, self._since[part])

    def _took(self, part: Part, read: ObjectImport, pages: Iterator[Page]) -> ObjectImport:
        read.take(self._told(pages))
        self._note(part, read)
        if part is Part.USERS:
            self._report.users = read.counts
        else:
            self._report.groups = read.counts
        return read

    def _told(self, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            yield page
            if self._terms.each_page is not None:
                self._terms.each_page()

    def _note(self, part: Part, read: _Read) -> None:
        """What every read of a part leaves: findings, its cursor, and that it came to its end."""
        if not read.ended:
            raise SourceUnavailable(
                gettext_noop("%(place)s stopped before it had told everything."),
                params={"place": self._source.name_of(part)},
            )
        self._complete = self._complete and read.complete
        if read.cursor:
            self.cursors[part] = read.cursor
        self._report.rejected.extend(read.rejected)
        self._report.warnings.extend(read.warnings)

    def _remove_missing(self, reads: dict[Part, ObjectImport], before: dict[Part, int]) -> None:
        if not self._terms.removes:
            return
        found = {part: self._missing_from(part, read) for part, read in reads.items()}
        leaving = {part: missing for part, missing in found.items() if missing}
        for part, missing in leaving.items():
            self._judge_shrinkage(part, Shrinkage(before[part], len(missing)))
        if self._terms.dry:
            self._foresee(reads, leaving)
            return
        if self._report.held:
            return
        for part, missing in leaving.items():
            ended = remove_objects(self._origin, _KIND_OF[part], missing, self._now)
            reads[part].counts.removed = len(missing)
            self._report.memberships.removed += ended

    def _missing_from(self, part: Part, read: ObjectImport) -> list[uuid.UUID]:
        """Who was announced as deleted, and who is absent where that means anything."""
        missing = set(announced_objects(self._origin, read.kind, read.gone))
        if (part not in self._changed and not self._terms.merge) or read.whole:
            absent = missing_objects(self._origin, read.kind, read.seen)
            if absent and self._trusts(part, complete=read.complete):
                missing.update(absent)
        return sorted(missing)

    def _foresee(
        self, reads: dict[Part, ObjectImport], leaving: dict[Part, list[uuid.UUID]]
    ) -> None:
        for part, missing in leaving.items():
            reads[part].counts.removed = len(missing)
        if leaving and not self._report.held:
            self._foreseen_to_leave.update(*leaving.values())
            ending = count_ending(self._origin, self._foreseen_to_leave)
            self._report.memberships.removed = ending

    def _trusts(self, part: Part, *, complete: bool) -> bool:
        """Whether absence means anything: a row without a readable id could be anybody."""
        if complete or self._terms.force:
            return True
        reason = _(
            "Nothing missing from this file was removed, because rows in it could not be read. "
            "Correct them and import again, or use --force if the rest is right."
        )
        self._warn(part, reason)
        return False

    def _judge_shrinkage(self, part: Part, shrinkage: Shrinkage) -> None:
        agreed = shrinkage.missing <= self._terms.released.get(part, 0)
        if self._terms.force or agreed or not shrinkage.suspicious:
            return
        self._report.held = True
        self._report.missing[part] = shrinkage
        if self._terms.dry:
            return
        reason = ngettext(
            "%(missing)d of %(present)d is missing",
            "%(missing)d of %(present)d are missing",
            shrinkage.missing,
        ) % {"missing": shrinkage.missing, "present": shrinkage.present}
        advice = _(
            ": more than %(percent)d %% and more than %(count)d. Nothing was removed; what is new "
            "or changed was imported. If they really left, import again with --force."
        ) % {"percent": SHRINK_PERCENT, "count": SHRINK_COUNT}
        self._warn(part, reason + advice)

    def _warn_of_unknown_managers(self, part: Part, read: ObjectImport) -> None:
        reason = _("The manager “%(id)s” is unknown and will be linked when it appears.")
        for key in _unknown(self._origin, [one for one in read.managers if one not in read.seen]):
            for line in read.managers[key]:
                self._warn(part, reason % {"id": key[:60]}, line)

    def _read_memberships(self, reads: dict[Part, ObjectImport]) -> None:
        part = Part.MEMBERSHIPS
        changes = self._changed_memberships() if part in self._since else None
        read = changes or self._all_memberships(reads)
        self._note(part, read)
        read.counts.removed += self._report.memberships.removed
        self._report.memberships = read.counts

    def _changed_memberships(self) -> MembershipChanges | None:
        part = Part.MEMBERSHIPS
        ends = self._terms.removes and not self._report.held
        read = MembershipChanges(self._origin, self._source.name_of(part), self._now, ends)
        try:
            read.take(self._told(self._changes(part)))
        except CursorExpired:
            return None
        self._changed.add(part)
        return read

    def _all_memberships(self, reads: dict[Part, ObjectImport]) -> MembershipImport:
        part = Part.MEMBERSHIPS
        seen = {one.kind: one.seen for one in reads.values()}
        foreseen = Foreseen(seen, self._foreseen_to_leave) if self._terms.dry else None
        read = MembershipImport(self._origin, self._source.name_of(part), self._now, foreseen)
        read.take(self._told(self._source.full(part)))
        if not self._terms.removes or self._report.held or not read.ended:
            return read
        if self._terms.merge:
            read.end(read.told_ended())
        elif (missing := read.missing()) and self._trusts(part, complete=read.complete):
            read.end(missing)
        return read

    def _warn(self, part: Part, reason: str, line: int | None = None) -> None:
        self._report.warnings.append(Finding(self._source.name_of(part), line, reason))


def _unknown(origin: Source, keys: list[str]) -> Iterator[str]:
    people = DirectoryObject.objects.people().present().filter(origin=origin)
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found = set(people.filter(source_key__in=chunk).values_list("source_key", flat=True))
        yield from (key for key in chunk if key not in found and fold_key(key))
