"""The history of a source: every read with what it did, or why it could not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from provisioning.core.errors import ProvisioningError
from provisioning.engine.importing.report import ImportReport
from provisioning.engine.spoken import stored_error
from provisioning.models.directory import Source
from provisioning.models.source_reading import ReadState, SourceRead

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@contextmanager
def recorded_read(origin: Source, *, now: datetime, actor: User | None) -> Iterator[SourceRead]:
    """A row for the read that is beginning; when it fails, the row says why."""
    row = SourceRead.objects.create(origin=origin, started=now, actor=actor)
    try:
        yield row
    except Exception as error:
        _fail(row, error, now)
        raise


def note_failure(
    origin: Source, error: ProvisioningError, *, now: datetime, actor: User | None
) -> None:
    """A row for a read that could not even begin; one that began has its own."""
    newest = SourceRead.objects.filter(origin=origin).order_by("-pk").first()
    if newest is None or newest.started != now or newest.state != ReadState.FAILED:
        _fail(SourceRead(origin=origin, started=now, actor=actor), error, now)


def _fail(row: SourceRead, error: Exception, now: datetime) -> None:
    row.state, row.ended = ReadState.FAILED, now
    row.reason = stored_error(error) if isinstance(error, ProvisioningError) else {}
    row.save()


def tell(row: SourceRead, report: ImportReport, now: datetime) -> None:
    """Write what the read did into its row."""
    row.state = ReadState.HELD if report.held else ReadState.DONE
    row.ended = now
    row.whole = report.whole
    row.counts = {part: asdict(getattr(report, part)) for part in ("users", "groups")}
    row.counts["memberships"] = asdict(report.memberships)
    row.held = {
        part.value: {"present": one.present, "missing": one.missing}
        for part, one in report.missing.items()
    }
    row.rejected, row.warnings = len(report.rejected), len(report.warnings)
    row.save()
