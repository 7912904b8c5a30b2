"""Lines of CSV that are safe to open: no spreadsheet takes a cell of them for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(values: Iterable[object]) -> str:
    """One line of the file; what would begin a formula is quoted as text (CSV injection)."""
    text = StringIO()
    csv.writer(text).writerow([_harmless(str(value)) for value in values])
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
