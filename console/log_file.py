"""The log as a file: one CSV row per entry, or JSON Lines with everything; streamed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO

from django.db.models import QuerySet

from provisioning.engine.log_document import log_document, sentence_of
from provisioning.models import LogEntry

COLUMNS = (
    *("id", "time", "application", "cycle", "type", "name", "sourceId", "targetId"),
    *("action", "status", "sentence", "error", "modified"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: QuerySet[LogEntry]) -> Iterator[str]:
    """A byte order mark for spreadsheets, the columns, the rows."""
    yield "\ufeff" + _line(COLUMNS)
    for entry in entries.iterator(500):
        yield _line([_harmless(value) for value in _row(entry)])


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
        str(entry.error.get("code", "")),
        "; ".join(modified),
    ]


def _harmless(value: str) -> str:
    """What a spreadsheet would run as a formula is text to it (CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(values: list[str] | tuple[str, ...]) -> str:
    text = StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()
