"""A plan as CSV: one line per changed attribute, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from console.plans import why
from console.spreadsheet import csv_line
from console.templatetags.figures import shown
from provisioning.engine.documents import operation_document
from provisioning.models import PlanRow

HEADER = ("operation", "held", "kind", "id", "name", "attribute", "before", "after", "reason")


def lines_of(rows: QuerySet[PlanRow]) -> Iterator[str]:
    """The file, line by line."""
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
