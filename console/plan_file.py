"""A plan as CSV: one line per changed attribute, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from django.db.models import QuerySet

from console.plans import why
from console.templatetags.figures import shown
from provisioning.engine.documents import operation_document
from provisioning.models import PlanRow

HEADER = ("operation", "held", "kind", "id", "name", "attribute", "before", "after", "reason")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines_of(rows: QuerySet[PlanRow]) -> Iterator[str]:
    """The file, line by line."""
    yield _line(HEADER)
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
            yield _line((*head, *values))


def _line(values: tuple[object, ...]) -> str:
    text = StringIO()
    csv.writer(text).writerow([_harmless(str(value)) for value in values])
    return text.getvalue()


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
