"""The verbs that read a source into the directory: import it, or say what importing would do.

Changes are read where the source has a feed and its cursors hold; a cursor that expired is no
failure, its part is read whole. Cursors are kept when everything has ended well and nothing is
held, so that whatever stops a read, the next one sees the same again. Nothing is imported from a
source whose check fails.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.history import recorded_read, tell
from provisioning.engine.importing.places import Places
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.engine.importing.run import ImportRun
from provisioning.engine.importing.taking_over import read_assignments, store_assignments
from provisioning.models.audit import Activity, AuditEvent
from provisioning.models.directory import Source
from provisioning.sources.base import DirectorySource

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
    known = Source.objects.filter(name=name).first()
    if known is None:
        _refuse_unless_readable(source)
    origin = known or Source.objects.create(name=name, kind=source.kind, created=now)
    said = terms or Terms()
    places = Places(origin, source, now)
    with recorded_read(origin, now=now, actor=actor) as row:
        if known is not None:
            _refuse_unless_readable(source)
        since = {} if said.whole else places.usable()
        assignments = read_assignments(source, origin)
        reading = ImportRun(source, origin, now, said, since)
        report = reading.run()
        may_go_on = reading.may_go_on_from_here()
        if not report.held:
            store_assignments(assignments, report, now, force=said.force)
        with transaction.atomic():
            if may_go_on:
                places.keep(reading.cursors, whole=reading.read_whole)
            tell(row, report, now)
            AuditEvent.record(actor, Activity.IMPORT, None, _told(name, report))
    return report


def preview_import(
    source: DirectorySource, *, name: str, now: datetime, terms: Terms
) -> ImportReport:
    """What `import_directory` would do, without writing anything or making a writer wait.

    Removals are counted even where the shrink guard would hold them; `held` says that it would.
    """
    _refuse_unless_readable(source)
    # A source that nobody imported yet has no row: no object belongs to number 0.
    unknown = Source(pk=0, name=name, kind=source.kind, created=now)
    origin = Source.objects.filter(name=name).first() or unknown
    return ImportRun(source, origin, now, replace(terms, dry=True)).run()


def _refuse_unless_readable(source: DirectorySource) -> None:
    if problems := source.check():
        raise UsageProblems(problems)


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
