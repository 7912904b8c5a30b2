"""The history of a source: every read with what it did, or why it could not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from provisioning.core.errors import ProvisioningError
from provisioning.engine.import_report import ImportReport
from provisioning.models.directory import Source
from provisioning.models.source_reading import MOST_WORDS, ReadState, SourceRead

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@contextmanager
def recorded_read(
    origin: Source, *, now: datetime, actor: User | None, whole: bool
) -> Iterator[SourceRead]:
    """A row for the read that is beginning; when it fails, the row says why."""
    row = SourceRead.objects.create(origin=origin, started=now, actor=actor, whole=whole)
    try:
        yield row
    except Exception as error:
        row.state, row.ended = ReadState.FAILED, now
        if isinstance(error, ProvisioningError):
            row.reason, row.advice = error.message[:MOST_WORDS], error.advice[:MOST_WORDS]
        else:
            row.reason = type(error).__name__
        row.save()
        raise


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
