"""One read of one source into the directory, whole or in part, in the order that keeps it true:
people, groups, who is missing, memberships.

Nothing is imported from a source whose check fails. Who is missing from a complete read is removed
behind the shrink guard; while the guard holds, nothing at all is removed, memberships included,
because a file that lost its people usually lost their memberships too.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.core.directory_keys import fold_key
from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind
from provisioning.models.audit import Activity, AuditEvent
from provisioning.models.directory import DirectoryObject, Source
from provisioning.sources.base import DirectorySource, Finding, Part
from provisioning.sources.importing import Counts, ObjectImport
from provisioning.sources.membership_import import Foreseen, MembershipImport
from provisioning.sources.removal import (
    SHRINK_COUNT,
    SHRINK_PERCENT,
    Shrinkage,
    count_ending,
    count_present,
    missing_objects,
    remove_objects,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_KIND_OF = {Part.USERS: Kind.USER, Part.GROUPS: Kind.GROUP}
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """How to read: `merge` keeps what a record does not name, `removes` takes absence seriously,
    `force` does so although the guard or an unreadable row speaks against it; `dry` only counts.
    """

    merge: bool = False
    removes: bool = True
    force: bool = False
    dry: bool = False


@dataclass(slots=True)
class ImportReport:
    """What an import did and found; after a dry one, what it would do and who is missing."""

    users: Counts = field(default_factory=Counts)
    groups: Counts = field(default_factory=Counts)
    memberships: Counts = field(default_factory=Counts)
    rejected: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    held: bool = False


def import_directory(
    source: DirectorySource,
    *,
    name: str,
    now: datetime,
    terms: Terms | None = None,
    actor: User | None = None,
) -> ImportReport:
    """Read `source` into the directory under `name`, and leave an audit row of the result.

    Raises `UsageProblems` when the source cannot be read at all; then nothing is changed.
    """
    if problems := source.check():
        raise UsageProblems(problems)
    origin, _created = Source.objects.get_or_create(
        name=name, defaults={"kind": source.kind, "created": now}
    )
    report = _Import(source, origin, now, terms or Terms()).run()
    AuditEvent.record(actor, Activity.IMPORT, None, _told(name, report))
    return report


def preview_import(
    source: DirectorySource, *, name: str, now: datetime, terms: Terms
) -> ImportReport:
    """What `import_directory` would do, without writing anything or making a writer wait.

    Removals are counted even where the shrink guard would hold them; `held` says that it would.
    """
    if problems := source.check():
        raise UsageProblems(problems)
    # A source that nobody imported yet has no row: no object belongs to number 0.
    unknown = Source(pk=0, name=name, kind=source.kind, created=now)
    origin = Source.objects.filter(name=name).first() or unknown
    return _Import(source, origin, now, replace(terms, dry=True)).run()


def _told(name: str, report: ImportReport) -> list[dict[str, object]]:
    """The audit row's changes: the source, and every number that is not zero."""
    counts = {
        f"{part}.{word}": number
        for part in ("users", "groups", "memberships")
        for word, number in asdict(getattr(report, part)).items()
    }
    counts |= {"rejected": len(report.rejected), "warnings": len(report.warnings)}
    changes: list[dict[str, object]] = [{"path": "source", "old": None, "new": name}]
    if report.held:
        changes.append({"path": "held", "old": None, "new": True})
    changes += [
        {"path": key, "old": None, "new": number} for key, number in counts.items() if number
    ]
    return changes


class _Import:
    """One read in progress."""

    def __init__(
        self, source: DirectorySource, origin: Source, now: datetime, terms: Terms
    ) -> None:
        self._source = source
        self._origin = origin
        self._now = now
        self._terms = terms
        self._report = ImportReport()
        self._foreseen_to_leave: set[uuid.UUID] = set()

    def run(self) -> ImportReport:
        parts = [part for part in self._source.parts() if part in _KIND_OF]
        before = {part: count_present(self._origin, _KIND_OF[part]) for part in parts}
        reads = {part: self._read_objects(part) for part in parts}
        self._remove_missing(reads, before)
        for part, read in reads.items():
            self._warn_of_unknown_managers(part, read)
        if Part.MEMBERSHIPS in self._source.parts():
            self._read_memberships(reads)
        return self._report

    def _read_objects(self, part: Part) -> ObjectImport:
        terms = self._terms
        read = ObjectImport(
            self._origin, _KIND_OF[part], self._now, merge=terms.merge, dry=terms.dry
        )
        read.take(self._source.full(part))
        if part is Part.USERS:
            self._report.users = read.counts
        else:
            self._report.groups = read.counts
        self._report.rejected.extend(read.rejected)
        self._report.warnings.extend(read.warnings)
        return read

    def _remove_missing(self, reads: dict[Part, ObjectImport], before: dict[Part, int]) -> None:
        if not self._terms.removes:
            return
        leaving = {}
        for part, read in reads.items():
            missing = missing_objects(self._origin, read.kind, read.seen)
            if missing and self._trusts(part, complete=read.complete):
                leaving[part] = missing
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
        if self._terms.force or not shrinkage.suspicious:
            return
        self._report.held = True
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
        seen = {one.kind: one.seen for one in reads.values()}
        foreseen = Foreseen(seen, self._foreseen_to_leave) if self._terms.dry else None
        read = MembershipImport(self._origin, self._source.name_of(part), self._now, foreseen)
        read.take(self._source.full(part))
        believes_absence = self._terms.removes and not self._report.held
        if believes_absence and read.missing() and self._trusts(part, complete=read.complete):
            read.end_missing()
        read.counts.removed += self._report.memberships.removed
        self._report.memberships = read.counts
        self._report.rejected.extend(read.rejected)
        self._report.warnings.extend(read.warnings)

    def _warn(self, part: Part, reason: str, line: int | None = None) -> None:
        self._report.warnings.append(Finding(self._source.name_of(part), line, reason))


def _unknown(origin: Source, keys: list[str]) -> Iterator[str]:
    people = DirectoryObject.objects.people().present().filter(origin=origin)
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found = set(people.filter(source_key__in=chunk).values_list("source_key", flat=True))
        yield from (key for key in chunk if key not in found and fold_key(key))
