"""A plan as a file: CSV with a line per changed attribute, or JSON Lines with a line per row."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from console.pages.plan_rows import why
from console.pages.spreadsheet import csv_line
from console.templatetags.figures import shown
from provisioning.engine.documents import operation_document
from provisioning.models import PlanRow

HEADER = ("operation", "held", "kind", "id", "name", "attribute", "before", "after", "reason")


def lines_of(rows: QuerySet[PlanRow]) -> Iterator[str]:
    """The CSV, line by line, safe to open in a spreadsheet."""
    yield csv_line(HEADER)
    for row in rows.iterator(500):
        document = operation_document(row)
        who = document["object"]
        head = (
            document["operation"],
            "yes" if document["held"] else "no",
            who["kind"],
            who["id"],
            who["displayName"],
        )
        changes = document["changes"] or [{"path": "", "old": None, "new": None}]
        for change in changes:
            values = (change["path"], shown(change["old"]), shown(change["new"]), why(row))
            yield csv_line((*head, *values))


def json_lines_of(rows: QuerySet[PlanRow]) -> Iterator[str]:
    """Every row with its reasons, as the `plan` command tells it."""
    for row in rows.iterator(500):
        document = {**operation_document(row), "sentence": why(row)}
        yield json.dumps(document, ensure_ascii=False, default=str) + "\n"
