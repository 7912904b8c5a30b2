"""The log as a file: one CSV row per entry, or JSON Lines with everything; streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from console.pages.spreadsheet import csv_line
from provisioning.engine.log_document import log_document, sentence_of
from provisioning.models import LogEntry

COLUMNS = (
    *("id", "time", "application", "cycle", "type", "name", "sourceId", "targetId"),
    *("action", "status", "sentence", "error", "modified"),
)


def as_csv(entries: QuerySet[LogEntry]) -> Iterator[str]:
    """A byte order mark for spreadsheets, the columns, the rows."""
    yield "\ufeff" + csv_line(COLUMNS)
    for entry in entries.iterator(500):
        yield csv_line(_row(entry))


def as_json_lines(entries: QuerySet[LogEntry]) -> Iterator[str]:
    """Each entry as `logs` prints it."""
    for entry in entries.iterator(500):
        yield json.dumps(log_document(entry), ensure_ascii=False, default=str) + "\n"


def _row(entry: LogEntry) -> list[str]:
    modified = [
        f"{one.get('displayName')}: {one.get('oldValue')} → {one.get('newValue')}"
        for one in entry.modified
    ]
    return [
        str(entry.pk),
        entry.at.isoformat(),
        entry.job.application.slug,
        str(entry.cycle.number) if entry.cycle else "",
        entry.kind,
        entry.source_name,
        entry.source_id,
        entry.target_id,
        entry.operation,
        entry.status,
        sentence_of(entry),
        str(entry.error.get("errorCode", "")),
        "; ".join(modified),
    ]
